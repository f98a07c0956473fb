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
    private readonly TaskLoss _loss;
    private readonly LogitsLoss _function;
    private BatchBuffer? _batch;
    private SequenceScore _score;
    private bool _isFinite;

    private FusedStep(ISequencePass pass, TaskLoss loss, FlatParameters parameters)
        : base(parameters)
    {
        (_pass, _loss) = (pass, loss);
        _flat = parameters.AsTensors ? parameters.NewFlat() : null;
        _function = OfFunction;
    }

    public override string Description => $"by {_pass.GetType().Name} on {Parameters.Device.type}{(_loss.Function is null ? "" : " from a loss function")}";

    /// <summary>The pass, if it can compute parts of a batch for the optimizer on the CPU; a loss function needs the logits of the whole batch.</summary>
    public IPartialPass? Parts => _flat is null && _loss.Function is null && _pass is IPartialPass { PartLength: > 0 } partial ? partial : null;

    public override FlatGradient Gradient => _flat is null ? _pass.Gradient : new FlatGradient(_flat);

    public override bool IsGradientFinite => _isFinite;

    /// <summary>Returns the step of a model in its current state; <see langword="null"/> if it has no pass for the loss, or some of its parameters are not
    /// trained.</summary>
    /// <exception cref="InvalidOperationException">The model's pass has other parameters than the model.</exception>
    public static FusedStep? TryCreate(ISequenceModel model, TaskLoss loss, FlatParameters parameters)
    {
        if (model is not IFusedSequenceModel fused || !model.named_parameters().All(p => p.parameter.requires_grad) || fused.CreatePass(loss.Kind) is not { } pass)
            return null;
        if (loss.Function is not null && pass is not ICustomLossPass)
        {
            pass.Dispose();
            return null;
        }

        if (pass.Loss == loss.Kind && pass.Segments.SequenceEqual(parameters.Segments))
            return new FusedStep(pass, loss, parameters);
        pass.Dispose();
        throw new InvalidOperationException(
            $"The pass of {model.GetType().Name} computes the loss {pass.Loss} and has {Text(pass.Segments)}; expected {loss.Kind} and {Text(parameters.Segments)}, like its named_parameters().");
    }

    public override SequenceScore Run(BatchBuffer batch) => _loss.Function is null ? RunBuiltIn(batch) : RunFunction(batch);

    private SequenceScore RunBuiltIn(BatchBuffer batch)
    {
        var score = _flat is null
            ? _pass.Compute(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize)
            : _pass.ComputeInto(_flat, batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize);
        _isFinite = score.IsFinite;
        return score;
    }

    private SequenceScore RunFunction(BatchBuffer batch)
    {
        _batch = batch;
        ForgetGradients();
        var pass = (ICustomLossPass)_pass;
        _ = _flat is null
            ? pass.Differentiate(batch.Inputs, batch.Lengths, batch.Steps, batch.BatchSize, _function)
            : pass.DifferentiateInto(_flat, batch.Inputs, batch.Lengths, batch.Steps, batch.BatchSize, _function);
        ThrowIfLossUsesParameters();
        _isFinite = Gradient.IsFinite;
        return _score with { IsFinite = _isFinite };
    }

    private double OfFunction(ReadOnlySpan<float> logits, Span<float> gradient)
    {
        _score = _loss.Differentiate(_batch!, logits, gradient);
        return _score.MeanLoss;
    }

    private void ForgetGradients()
    {
        for (var i = 0; i < Parameters.Segments.Count; i++)
            Parameters[i].grad = null;
    }

    /// <summary>The pass knows the gradient that comes through the logits only.</summary>
    private void ThrowIfLossUsesParameters()
    {
        for (var i = 0; i < Parameters.Segments.Count; i++)
        {
            using var gradient = Parameters[i].grad;
            if (gradient is not null)
            {
                throw new InvalidOperationException(
                    $"The {nameof(SequenceTask.LossFunction)} of the task {_batch!.Task.Name} uses the parameter {Parameters.Segments[i].Name} itself; expected a function of the logits.");
            }
        }
    }

    public override void Dispose()
    {
        _pass.Dispose();
        _flat?.Dispose();
    }

    private static string Text(IReadOnlyList<ParameterSegment> segments) => $"[{string.Join(", ", segments.Select(s => $"{s.Name} at {s.Offset}: {s.Length}"))}]";
}
