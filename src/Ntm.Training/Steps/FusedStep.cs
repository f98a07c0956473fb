using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Steps;

/// <summary>Forward, loss and backward in one call of the CPU engine, past autograd. Allocates nothing in steady state.</summary>
internal sealed class FusedStep(NeuralTuringMachine machine) : TrainingStep(new FlatParameters(machine))
{
    private readonly SequenceTrainingPass _pass = new(machine, machine.Threads);
    private bool _isFinite;

    public override ReadOnlySpan<float> Gradient => _pass.Gradient;

    /// <summary>Whether the engine can train a model as it now is.</summary>
    public static bool Supports(ISequenceModel model) => FusedScorer.Supports(model) && model.named_parameters().All(p => p.parameter.requires_grad);

    public override bool IsGradientFinite => _isFinite;

    public override SequenceScore Run(BatchBuffer batch)
    {
        var cost = _pass.Compute(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize);
        _isFinite = cost.IsFinite;
        return FusedScorer.Score(batch, cost);
    }

    public override void Dispose() => _pass.Dispose();
}
