using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>SGD against torch's, with every combination of its options.</summary>
public sealed class SgdTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<double, double, bool, double> Combinations => new(
        from momentum in (double[])[0, 0.5, 0.9]
        from dampening in (double[])[0, 0.3, 1]
        from nesterov in (bool[])[false, true]
        from decay in (double[])[0, 0.1]
        where !nesterov || (momentum > 0 && dampening == 0)
        select (momentum, dampening, nesterov, decay));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void It_is_torchs(double momentum, double dampening, bool nesterov, double decay) => OptimizerRuns.CompareWithTorch(
        new Sgd { LearningRate = 0.01, Momentum = momentum, Dampening = dampening, Nesterov = nesterov, WeightDecay = decay },
        parameters => optim.SGD(parameters, 0.01, momentum, dampening, decay, nesterov));

    [Fact]
    public void Its_defaults_are_torchs()
    {
        var options = new Sgd();
        Assert.Equal((1e-3, 0, 0, false, 0), (options.LearningRate, options.Momentum, options.Dampening, options.Nesterov, options.WeightDecay));
    }

    [Theory]
    [InlineData(0.0, 0.0, "Sgd.Nesterov is True; it must be False with Momentum = 0 and Dampening = 0, since it needs a momentum and no dampening.")]
    [InlineData(0.9, 0.5, "Sgd.Nesterov is True; it must be False with Momentum = 0.9 and Dampening = 0.5, since it needs a momentum and no dampening.")]
    [InlineData(0.9, 0.0, null)]
    public void Nesterovs_momentum_needs_a_momentum_and_no_dampening(double momentum, double dampening, string? message)
    {
        var options = new TrainingOptions { Optimizer = new Sgd { Momentum = momentum, Dampening = dampening, Nesterov = true } };
        Assert.Equal(message is null ? null : [message], new TrainingOptionsValidator().Validate(null, options).Failures);
    }
}
