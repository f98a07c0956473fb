using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>Adam against torch's.</summary>
public sealed class AdamTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0.9, 0.999)]
    [InlineData(0.0, 0.5)]
    public void It_is_torchs(double beta1, double beta2) => OptimizerRuns.CompareWithTorch(
        new Adam { LearningRate = 1e-3, Beta1 = beta1, Beta2 = beta2, Epsilon = 1e-7 },
        parameters => optim.Adam(parameters, 1e-3, beta1, beta2, 1e-7));

    /// <summary>Gradients of 1e-8 and less, where an epsilon of 1e-8 counts.</summary>
    [Fact]
    public void Its_numbers_are_torchs() => OptimizerRuns.CompareWithTorch(
        new Adam { LearningRate = 1e-3 }, parameters => optim.Adam(parameters, 1e-3), gradientScale: 1e-8);
}
