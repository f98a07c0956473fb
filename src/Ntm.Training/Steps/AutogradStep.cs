using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Gradients by torch's autograd: works with every model.</summary>
internal sealed class AutogradStep(ISequenceModel model) : TrainingStep(new FlatParameters(model))
{
    private float[] _gradient = [];

    public override ReadOnlySpan<float> Gradient => _gradient;

    // A sum of squares is finite only if every element is.
    public override bool IsGradientFinite => float.IsFinite(TensorPrimitives.SumOfSquares(Gradient));

    public override SequenceScore Run(BatchBuffer batch)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < Parameters.Segments.Count; i++)
            Parameters[i].grad?.zero_();
        var tensors = batch.ToTensors();
        var logits = model.Logits(tensors.Inputs);
        SequenceLoss.CrossEntropy(logits, tensors.Targets, tensors.Mask).backward();
        CopyGradients();
        return SequenceLoss.Score(logits, tensors.Targets, tensors.Mask);
    }

    public override void Dispose()
    {
    }

    private void CopyGradients()
    {
        if (_gradient.Length == 0)
            _gradient = new float[Parameters.Count];
        for (var i = 0; i < Parameters.Segments.Count; i++)
        {
            var (_, offset, length) = Parameters.Segments[i];
            var target = _gradient.AsSpan(offset, length);
            // A parameter that the loss does not depend on has no gradient.
            if (Parameters[i].grad is { } gradient)
                MemoryMarshal.Cast<byte, float>(gradient.contiguous().bytes).CopyTo(target);
            else
                target.Clear();
        }
    }
}
