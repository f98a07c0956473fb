using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>RMSprop against torch's.</summary>
public sealed class RmsPropTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void It_is_torchs(double momentum) => OptimizerRuns.CompareWithTorch(
        new RmsProp { LearningRate = 1e-3, Alpha = 0.9, Momentum = momentum, Epsilon = 1e-6 },
        parameters => optim.RMSProp(parameters, 1e-3, 0.9, 1e-6, momentum: momentum));

    /// <summary>Gradients of 1e-8 and less, where an epsilon of 1e-8 counts.</summary>
    [Fact]
    public void Its_epsilon_is_torchs() => OptimizerRuns.CompareWithTorch(
        new RmsProp { LearningRate = 1e-3, Alpha = 0.99, Momentum = 0 }, parameters => optim.RMSProp(parameters, 1e-3), gradientScale: 1e-8);
}
