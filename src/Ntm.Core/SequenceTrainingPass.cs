using Ntm.Core.Engines;
using Ntm.Core.Engines.Cuda;
using Ntm.Core.Internal;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// Computes the forward pass, the loss and the backward pass of whole batches on the CPU or CUDA engine, without autograd. Inputs are spans of floats; the
/// gradient of all parameters is one flat buffer. In steady state it allocates nothing and calls no torch operation, whose threads would compete for the
/// cores. On CUDA, the spans are copied to the device and the gradient is copied back.
/// </summary>
/// <remarks>
/// The loss of a sequence is the sum over the steps of the loss of the logits times the step's weight in the mask; the loss of a batch is the mean over the
/// sequences. Calls that compute a gradient have the machine's <see cref="NtmOptions.Dropout"/> if it is in train mode (see <see
/// cref="NtmCell.DropoutPosition"/>); the others have none. Arrays are time-major. Every call reads the parameters again, so an optimizer may change them between calls. A pass supports one call at a time
/// and refuses a second one. Several passes in one process do not disturb each other.
/// </remarks>
public sealed unsafe partial class SequenceTrainingPass : ICustomLossPass, IPartialPass
{
    private readonly NtmCell _cell;
    private readonly SequenceMachine _machine;
    private readonly ISequenceWorkspace _workspace;
    private readonly DeviceStaging? _staging;
    private readonly float[] _gradient;
    private readonly BatchCall _call = new();
    private readonly ParameterSegment[] _segments;
    private readonly UsageGate _gate;
    private readonly ReferenceLoss _loss;
    private bool _hasParts;
    private int _freed;

    /// <summary>Creates a pass over a machine.</summary>
    /// <param name="machine">The machine; not owned.</param>
    /// <param name="threads">The number of threads; 0 for all cores. The results are bit-identical for any number.</param>
    /// <param name="loss">The loss.</param>
    /// <exception cref="NotSupportedException">The engine for the machine's device does not support the machine (see <see cref="Obstacle"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative, or <paramref name="loss"/> is not a value of the
    /// enum.</exception>
    public SequenceTrainingPass(NeuralTuringMachine machine, int threads = 0, LossKind loss = LossKind.BinaryCrossEntropy)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        _loss = ReferenceLoss.Of(loss);
        _cell = machine.Cell;
        _gate = new UsageGate(this, "pass");
        using var usage = _cell.Use();
        var (view, kind, reason) = EngineSelection.View(_cell);
        _machine = view ?? throw new NotSupportedException($"The {EngineSelection.Name(kind)} engine does not support this machine: {reason}.");
        _workspace = _machine.CreateWorkspace(loss);
        _staging = view is CudaMachine cuda ? new DeviceStaging(cuda.Runtime.Driver) : null;
        Threads = SequenceEngine.Count(threads);
        var table = _machine.Parameters;
        _segments = [.. table.Names.Select((name, p) => new ParameterSegment("cell." + name, table.Offsets[p], table.Lengths[p]))];
        // Managed memory, pinned for the engine: a span of it keeps it alive.
        _gradient = GC.AllocateArray<float>(table.Length, pinned: true);
    }

    /// <summary>The number of threads.</summary>
    public int Threads { get; }

    /// <inheritdoc />
    public LossKind Loss => _loss.Kind;

    /// <summary>The parameters in the order of <c>named_parameters()</c>, with the place of each in <see cref="Gradient"/>.</summary>
    public IReadOnlyList<ParameterSegment> Segments => _segments;

    /// <summary>The gradient from the last <see cref="Compute"/>, all parameters concatenated. It may be changed, for example clipped.</summary>
    public Span<float> Gradient
    {
        get
        {
            using var usage = _gate.Enter();
            return _gradient;
        }
    }

    /// <summary>Returns the reason why the CPU engine, or the CUDA engine for a machine on CUDA, cannot compute a machine in its current state;
    /// <see langword="null"/> if it can.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="loss">The loss.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="loss"/> is not a value of the enum.</exception>
    public static string? Obstacle(NeuralTuringMachine machine, LossKind loss = LossKind.BinaryCrossEntropy)
    {
        ArgumentNullException.ThrowIfNull(machine);
        _ = ReferenceLoss.Of(loss);
        using var usage = machine.Cell.Use();
        var (view, _, reason) = EngineSelection.View(machine.Cell);
        return view is null ? reason : null;
    }

    /// <summary>Computes the forward pass, the loss and the backward pass, and sets <see cref="Gradient"/>.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid for the loss (see <see cref="LossKind"/>); targets of steps of weight 0 are ignored.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, usually 0 or 1; finite.</param>
    /// <param name="lengths">The number of steps of each sequence, 1..T. Later steps are padding and are not computed. Empty if there is no padding.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Receives the clipped logits, <c>[T, B, O]</c>; padding is left unchanged. Empty to skip them.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> covers the loss and the gradient.</returns>
    /// <exception cref="ArgumentException">A span does not have the expected length, a length is not in 1..T, an input or weight is not finite, or a
    /// target is not valid. The message names the first such value and its position.</exception>
    public SequenceScore Compute(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
        Span<float> logits = default)
    {
        using var usage = _gate.EnterAlone();
        var score = Run(CallKind.Train, inputs, targets, mask, lengths, steps, batch, logits);
        WriteGradient();
        return score with { IsFinite = score.IsFinite && FiniteCheck.AllFinite(GradientStart, _gradient.Length) };
    }

    /// <summary>Does the same as <see cref="Compute"/>, but leaves the gradient on the machine's device, for an optimizer that works there.
    /// <see cref="Gradient"/> is not changed.</summary>
    /// <param name="gradient">Receives the gradient, all parameters concatenated in the order of <see cref="Segments"/>: a contiguous float32 tensor of one
    /// dimension, on the machine's device, not tracked by autograd.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid for the loss (see <see cref="LossKind"/>); targets of steps of weight 0 are ignored.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, usually 0 or 1; finite.</param>
    /// <param name="lengths">The number of steps of each sequence, 1..T. Later steps are padding and are not computed. Empty if there is no padding.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Receives the clipped logits, <c>[T, B, O]</c>; padding is left unchanged. Empty to skip them.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> covers the loss and the gradient.</returns>
    /// <exception cref="ArgumentException"><paramref name="gradient"/>, a span or a value in a span is not as expected (see <see
    /// cref="Compute"/>).</exception>
    public SequenceScore ComputeInto(
        Tensor gradient, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps,
        int batch, Span<float> logits = default)
    {
        using var usage = _gate.EnterAlone();
        using var use = _cell.Use();
        CheckTarget(gradient);
        var score = Run(CallKind.Train, inputs, targets, mask, lengths, steps, batch, logits);
        _workspace.WriteGradient(TensorMemory.Start(gradient));
        using var scope = NewDisposeScope();
        return score with { IsFinite = score.IsFinite && gradient.isfinite().all().ToBoolean() };
    }

    /// <summary>Computes the forward pass and the loss only. <see cref="Gradient"/> is not changed.</summary>
    /// <inheritdoc cref="Compute"/>
    public SequenceScore Evaluate(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
        Span<float> logits = default)
    {
        using var usage = _gate.EnterAlone();
        return Run(CallKind.Forward, inputs, targets, mask, lengths, steps, batch, logits);
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose() => _gate.Close(() =>
    {
        if (Interlocked.Exchange(ref _freed, 1) != 0)
            return;
        _workspace.Dispose();
        _staging?.Dispose();
    });

    private SequenceScore Run(
        CallKind kind, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps,
        int batch, Span<float> logits)
    {
        using var usage = _cell.Use();
        ForgetParts();
        CheckMachine();
        Check(inputs.Length, targets.Length, mask.Length, lengths, steps, batch, logits.Length);
        SequenceValues.Check(_loss, inputs, targets, mask, lengths, batch);
        (_call.Kind, _call.Model, _call.Steps, _call.Batch) = (kind, _machine.Model, steps, batch);
        TakeDropout();
        if (_staging is not null)
        {
            // The engine does not write the logits of padding, so the caller's values are kept.
            _call.Inputs = _staging.Bring(nameof(inputs), inputs);
            _call.Targets = _staging.Bring(nameof(targets), targets);
            _call.Mask = _staging.Bring(nameof(mask), mask);
            _call.Logits = _staging.Bring(nameof(logits), logits);
            var computed = Forward(mask, lengths);
            if (!logits.IsEmpty)
                _staging.Fetch(_call.Logits, logits);
            return computed;
        }

        fixed (float* x = inputs, y = targets, m = mask, z = logits)
        {
            _call.Inputs = x;
            _call.Targets = y;
            _call.Mask = m;
            _call.Logits = z;
            return Forward(mask, lengths);
        }
    }

    /// <summary>Takes the dropout of a call that computes a gradient.</summary>
    private void TakeDropout() => _call.Dropout = _call.Kind == CallKind.Forward ? default : _cell.TakeDropout(_call.Batch);

    private SequenceScore Forward(ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths)
    {
        var (sum, perfect) = _workspace.Forward(_call, lengths, Threads);
        return new SequenceScore(
            Loss, _call.Batch, sum.Loss, sum.Wrong, perfect, (long)CountedSteps(mask, lengths) * _loss.Counted(_machine.Shape.Outputs));
    }

    /// <summary>Counts the steps whose weight is not 0, of all samples or of some.</summary>
    private int CountedSteps(ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, ReadOnlySpan<bool> members = default)
    {
        var counted = 0;
        for (var t = 0; t < _call.Steps; t++)
            for (var b = 0; b < _call.Batch; b++)
                if (mask[t * _call.Batch + b] != 0 && (lengths.IsEmpty || t < lengths[b]) && (members.IsEmpty || members[b]))
                    counted++;
        return counted;
    }

    private void CheckTarget(Tensor gradient)
    {
        CheckMachine();
        Guard.Layout(gradient, nameof(gradient), "[parameters]", [_machine.Parameters.Length], _machine.Tensors[0]);
        if (!gradient.is_contiguous() || gradient.requires_grad)
            throw new ArgumentException("gradient is not contiguous, or tracked by autograd; expected a plain tensor.", nameof(gradient));
    }

    private void WriteGradient()
    {
        var length = _machine.Parameters.Length;
        if (_staging is null)
        {
            _workspace.WriteGradient(GradientStart);
            return;
        }

        var flat = _staging.Room("gradient", length);
        _workspace.WriteGradient(flat);
        _staging.Fetch(flat, _gradient);
    }

    private float* GradientStart => (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _gradient[0]);

    private void CheckMachine()
    {
        if (!_machine.Describes(_cell))
            throw new InvalidOperationException("The machine has been moved to another element type or device since this pass was created; expected float32 on the original device.");
        if (_machine.Obstacle() is { } obstacle)
            throw new InvalidOperationException($"The machine can no longer be computed: {obstacle}.");
    }

    private void Check(int inputs, int targets, int mask, ReadOnlySpan<int> lengths, int steps, int batch, int logits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var places = (long)steps * batch;
        CheckInputs(inputs, lengths, steps, batch);
        Require(nameof(targets), targets, places * _machine.Shape.Outputs, "T * B * O");
        Require(nameof(mask), mask, places, "T * B");
        if (logits != 0)
            Require(nameof(logits), logits, places * _machine.Shape.Outputs, "T * B * O");
    }

    private void CheckInputs(int inputs, ReadOnlySpan<int> lengths, int steps, int batch)
    {
        Require(nameof(inputs), inputs, (long)steps * batch * _machine.Shape.Inputs, "T * B * I");
        if (lengths.IsEmpty)
            return;
        Require(nameof(lengths), lengths.Length, batch, "B");
        foreach (var length in lengths)
            if (length < 1 || length > steps)
                throw new ArgumentException($"lengths contains {length}; expected 1..{steps}.", nameof(lengths));
    }

    private static void Require(string argument, int actual, long expected, string meaning)
    {
        if (actual != expected)
            throw new ArgumentException($"{argument} has {actual} elements; expected {meaning} = {expected}.", argument);
    }
}
