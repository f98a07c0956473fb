using Ntm.Core.Engines;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <content>Losses given by a function of the logits: forward for the whole batch, the function, backward for the whole batch.</content>
public sealed unsafe partial class SequenceTrainingPass
{
    private float[] _logits = [];
    private float[] _logitsGradient = [];

    /// <inheritdoc />
    public double Differentiate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, LogitsLoss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        using var usage = _gate.EnterAlone();
        var value = RunFunction(inputs, lengths, steps, batch, loss);
        WriteGradient();
        return value;
    }

    /// <inheritdoc />
    public double DifferentiateInto(Tensor gradient, ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, LogitsLoss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        using var usage = _gate.EnterAlone();
        using var use = _cell.Use();
        CheckTarget(gradient);
        var value = RunFunction(inputs, lengths, steps, batch, loss);
        _workspace.WriteGradient(TensorMemory.Start(gradient));
        return value;
    }

    /// <inheritdoc />
    public void Forward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, Span<float> logits)
    {
        using var usage = _gate.EnterAlone();
        using var use = _cell.Use();
        Begin(CallKind.Forward, inputs, lengths, steps, batch);
        Require(nameof(logits), logits.Length, (long)steps * batch * _machine.Shape.Outputs, "T * B * O");
        fixed (float* x = inputs)
            Forward(x, inputs, lengths, logits);
    }

    private double RunFunction(ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, LogitsLoss loss)
    {
        using var use = _cell.Use();
        Begin(CallKind.ForwardThenBackward, inputs, lengths, steps, batch);
        var count = checked(steps * batch * _machine.Shape.Outputs);
        var logits = Cleared(ref _logits, count);
        var slopes = Cleared(ref _logitsGradient, count);
        // The backward pass reads the inputs again.
        fixed (float* x = inputs, d = slopes)
        {
            Forward(x, inputs, lengths, logits);
            var value = loss(logits, slopes);
            _call.Logits = null;
            _call.DLogits = _staging is null ? d : _staging.Bring(nameof(LogitsLoss), slopes);
            _workspace.Backward(Threads);
            return value;
        }
    }

    private void Begin(CallKind kind, ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch)
    {
        ForgetParts();
        CheckMachine();
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        CheckInputs(inputs.Length, lengths, steps, batch);
        SequenceValues.CheckInputs(inputs, lengths, steps, batch);
        (_call.Kind, _call.Model, _call.Steps, _call.Batch) = (kind, _machine.Model, steps, batch);
        TakeDropout();
        _call.Targets = _call.Mask = _call.DLogits = null;
    }

    private void Forward(float* pinned, ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, Span<float> logits)
    {
        fixed (float* z = logits)
        {
            _call.Inputs = _staging is null ? pinned : _staging.Bring(nameof(inputs), inputs);
            _call.Logits = _staging is null ? z : _staging.Bring(nameof(logits), logits);
            _workspace.Forward(_call, lengths, Threads);
            if (_staging is not null)
                _staging.Fetch(_call.Logits, logits);
        }
    }

    private static Span<float> Cleared(ref float[] values, int count)
    {
        if (values.Length < count)
            values = new float[Math.Max(count, 2 * values.Length)];
        var cleared = values.AsSpan(0, count);
        cleared.Clear();
        return cleared;
    }
}
