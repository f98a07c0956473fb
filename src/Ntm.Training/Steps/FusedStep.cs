using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Optimizers;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Forward, loss and backward in one call of the CPU or CUDA engine, past autograd. On the CPU it allocates nothing in steady state;
/// on CUDA the gradient stays on the device.</summary>
internal sealed class FusedStep(NeuralTuringMachine machine, FlatParameters parameters) : TrainingStep(parameters)
{
    private readonly SequenceTrainingPass _pass = new(machine, machine.Threads);
    private readonly Tensor? _flat = parameters.AsTensors ? parameters.NewFlat() : null;
    private bool _isFinite;

    public override FlatGradient Gradient => _flat is null ? _pass.Gradient : new FlatGradient(_flat);

    /// <summary>Whether the engine can train a model as it now is.</summary>
    public static bool Supports(ISequenceModel model) => FusedScorer.Supports(model) && model.named_parameters().All(p => p.parameter.requires_grad);

    public override bool IsGradientFinite => _isFinite;

    public override SequenceScore Run(BatchBuffer batch)
    {
        var cost = _flat is null
            ? _pass.Compute(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize)
            : _pass.ComputeInto(_flat, batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize);
        _isFinite = cost.IsFinite;
        return FusedScorer.Score(batch, cost);
    }

    public override void Dispose()
    {
        _pass.Dispose();
        _flat?.Dispose();
    }
}
