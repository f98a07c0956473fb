using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Optimizers;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Computes gradients by torch's autograd, which works with every model.</summary>
internal sealed class AutogradStep : TrainingStep
{
    private readonly ISequenceModel _model;
    private readonly TaskLoss _loss;
    private readonly float[] _gradient = [];
    private readonly Tensor? _flat;
    private readonly Tensor[] _parts = [];

    public AutogradStep(ISequenceModel model, TaskLoss loss, FlatParameters parameters)
        : base(parameters)
    {
        (_model, _loss) = (model, loss);
        if (parameters.AsTensors)
        {
            _flat = parameters.NewFlat();
            _parts = parameters.Parts(_flat);
        }
        else
        {
            _gradient = new float[parameters.Count];
        }
    }

    public override string Description => $"by autograd on {Parameters.Device.type}";

    public override FlatGradient Gradient => _flat is null ? _gradient : new FlatGradient(_flat);

    public override bool IsGradientFinite => Gradient.IsFinite;

    public override SequenceScore Run(BatchBuffer batch)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < Parameters.Segments.Count; i++)
            Parameters[i].grad?.zero_();
        var tensors = batch.ToTensors(Parameters.Device);
        var logits = _model.Logits(tensors.Inputs);
        var loss = _loss.Mean(logits, tensors);
        loss.backward();
        CopyGradients();
        return _loss.Function is null
            ? SequenceLoss.Score(logits, tensors.Targets, tensors.Mask, _loss.Kind)
            : _loss.Score(batch, TensorScorer.Values(logits), loss);
    }

    public override void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
        _flat?.Dispose();
    }

    private void CopyGradients()
    {
        using var noGrad = no_grad();
        for (var i = 0; i < Parameters.Segments.Count; i++)
        {
            // A parameter that the loss does not depend on has no gradient.
            var gradient = Parameters[i].grad;
            if (_flat is not null)
            {
                _ = gradient is null ? _parts[i].zero_() : _parts[i].copy_(gradient);
                continue;
            }

            var (_, offset, length) = Parameters.Segments[i];
            var target = _gradient.AsSpan(offset, length);
            if (gradient is null)
                target.Clear();
            else
                MemoryMarshal.Cast<byte, float>(gradient.contiguous().bytes).CopyTo(target);
        }
    }
}
