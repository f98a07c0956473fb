using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Optimizers;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Computes forward, loss and backward by a model's own pass, without autograd. On the CPU it allocates nothing in steady state, if the pass does
/// not;
/// on other devices the gradient stays on the device.</summary>
internal sealed class FusedStep : TrainingStep
{
    private readonly ISequencePass _pass;
    private readonly Tensor? _flat;
    private bool _isFinite;

    private FusedStep(ISequencePass pass, FlatParameters parameters)
        : base(parameters)
    {
        _pass = pass;
        _flat = parameters.AsTensors ? parameters.NewFlat() : null;
    }

    public override FlatGradient Gradient => _flat is null ? _pass.Gradient : new FlatGradient(_flat);

    public override bool IsGradientFinite => _isFinite;

    /// <summary>Returns the step of a model in its current state; <see langword="null"/> if it has no pass for the loss, or some of its parameters are not
    /// trained.</summary>
    /// <exception cref="InvalidOperationException">The model's pass has other parameters than the model.</exception>
    public static FusedStep? TryCreate(ISequenceModel model, LossKind loss, FlatParameters parameters)
    {
        if (model is not IFusedSequenceModel fused || !model.named_parameters().All(p => p.parameter.requires_grad) || fused.CreatePass(loss) is not { } pass)
            return null;
        if (pass.Loss == loss && pass.Segments.SequenceEqual(parameters.Segments))
            return new FusedStep(pass, parameters);
        pass.Dispose();
        throw new InvalidOperationException(
            $"The pass of {model.GetType().Name} computes the loss {pass.Loss} and has {Text(pass.Segments)}; expected {loss} and {Text(parameters.Segments)}, like its named_parameters().");
    }

    public override SequenceScore Run(BatchBuffer batch)
    {
        var score = _flat is null
            ? _pass.Compute(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize)
            : _pass.ComputeInto(_flat, batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize);
        _isFinite = score.IsFinite;
        return score;
    }

    public override void Dispose()
    {
        _pass.Dispose();
        _flat?.Dispose();
    }

    private static string Text(IReadOnlyList<ParameterSegment> segments) => $"[{string.Join(", ", segments.Select(s => $"{s.Name} at {s.Offset}: {s.Length}"))}]";
}
