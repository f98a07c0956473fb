using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>AdamW against torch's.</summary>
public sealed class AdamWTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>The product of rate and decay is such that torch's factor, one less the product, is exact in float32: its rounding would be repeated
    /// a hundred times.</summary>
    [Theory]
    [InlineData(0.9, 0.999, 0.25)]
    [InlineData(0.0, 0.5, 0.25)]
    [InlineData(0.9, 0.999, 64)]
    [InlineData(0.5, 0.9, 0)]
    public void It_is_torchs(double beta1, double beta2, double decay) => OptimizerRuns.CompareWithTorch(
        new AdamW { LearningRate = 1.0 / 1024, Beta1 = beta1, Beta2 = beta2, Epsilon = 1e-7, WeightDecay = decay },
        parameters => optim.AdamW(parameters, 1.0 / 1024, beta1, beta2, 1e-7, decay));

    /// <summary>The numbers that PyTorch documents; TorchSharp has others.</summary>
    [Fact]
    public void Its_defaults_are_torchs()
    {
        var options = new AdamW();
        Assert.Equal((1e-3, 0.9, 0.999, 1e-8, 1e-2), (options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay));
    }

    /// <summary>Without a gradient a parameter shrinks by the same factor in every step, and by nothing else.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_decay_does_not_depend_on_the_gradients(bool asTensors)
    {
        var parameters = new OptimizerRuns.TestParameters(asTensors);
        var expected = parameters.Values().Select(v => v * Math.Pow(1 - 1e-2 * 0.3, 50)).ToArray();
        using var optimizer = new AdamW { WeightDecay = 0.3 }.CreateFor(parameters.Flat);
        for (var i = 0; i < 50; i++)
            optimizer.Update(parameters.Flat, new float[parameters.Flat.Count], 1e-2, new NoClipping());
        OptimizerRuns.Close(expected, parameters.Values());
    }
}
