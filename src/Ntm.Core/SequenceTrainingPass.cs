using Ntm.Core.Engines;
using Ntm.Core.Engines.Cuda;
using Ntm.Core.Internal;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// Forward, loss and backward of whole batches on the CPU or CUDA engine, past autograd: spans of floats in, the gradient of all parameters in
/// one flat buffer out. In steady state it allocates nothing and calls no operation of torch, whose threads would compete for the cores. On
/// CUDA the spans are copied to the device and the gradient comes back from it.
/// </summary>
/// <remarks>
/// The loss is the mean over the sequences of the loss of the logits, summed over the steps, each times its weight in the mask. Arrays are
/// time-major. Parameters are read anew on every call, so an optimizer may change them in
/// between. It computes one call at a time, and refuses a second one; several passes in one process do not disturb each other.
/// </remarks>
public sealed unsafe class SequenceTrainingPass : ISequencePass
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
    private int _freed;

    /// <summary>Prepares passes of a machine.</summary>
    /// <param name="machine">The machine; not owned.</param>
    /// <param name="threads">Threads; 0 for all cores. The results are the same bits for any number.</param>
    /// <param name="loss">The loss.</param>
    /// <exception cref="NotSupportedException">The engine of the machine's device does not support it (see <see cref="Obstacle"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative, or <paramref name="loss"/> not a value of the enum.</exception>
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
        // The collector's, and pinned for the engine: a span of it keeps it alive.
        _gradient = GC.AllocateArray<float>(table.Length, pinned: true);
    }

    /// <summary>Threads.</summary>
    public int Threads { get; }

    /// <inheritdoc />
    public LossKind Loss => _loss.Kind;

    /// <summary>The parameters in the order of <c>named_parameters()</c>, and where each lies in <see cref="Gradient"/>.</summary>
    public IReadOnlyList<ParameterSegment> Segments => _segments;

    /// <summary>The gradient that the last <see cref="Compute"/> left, all parameters end to end. May be changed, for example clipped.</summary>
    public Span<float> Gradient
    {
        get
        {
            using var usage = _gate.Enter();
            return _gradient;
        }
    }

    /// <summary>Why the CPU engine, or for a machine on CUDA the CUDA engine, cannot compute a machine as it now is; <see langword="null"/> if it
    /// can.</summary>
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

    /// <summary>Forward, loss and backward: sets <see cref="Gradient"/>.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid ones for the loss (see <see cref="LossKind"/>); those of steps of weight 0 are not looked at.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, 0 or 1 as a rule; finite.</param>
    /// <param name="lengths">Each sequence's steps, 1..T: later ones are padding and are not computed. Empty if there is none.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Where the clipped logits go, <c>[T, B, O]</c>, padding untouched; empty if they are not wanted.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> is of loss and gradient.</returns>
    /// <exception cref="ArgumentException">A span's length is not the expected one, a length is not in 1..T, an input or weight is not finite, or a
    /// target not valid; the message names the first such value and its place.</exception>
    public SequenceScore Compute(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
        Span<float> logits = default)
    {
        using var usage = _gate.EnterAlone();
        var score = Run(CallKind.Train, inputs, targets, mask, lengths, steps, batch, logits);
        WriteGradient();
        return score with { IsFinite = score.IsFinite && FiniteCheck.AllFinite(GradientStart, _gradient.Length) };
    }

    /// <summary>As <see cref="Compute"/>, but the gradient stays where the machine is: for an optimizer that works on its device.
    /// <see cref="Gradient"/> stays as it is.</summary>
    /// <param name="gradient">Where the gradient goes, all parameters end to end as <see cref="Segments"/> has them: contiguous float32 of one
    /// dimension, on the machine's device, not itself tracked by autograd.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid ones for the loss (see <see cref="LossKind"/>); those of steps of weight 0 are not looked at.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, 0 or 1 as a rule; finite.</param>
    /// <param name="lengths">Each sequence's steps, 1..T: later ones are padding and are not computed. Empty if there is none.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Where the clipped logits go, <c>[T, B, O]</c>, padding untouched; empty if they are not wanted.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> is of loss and gradient.</returns>
    /// <exception cref="ArgumentException"><paramref name="gradient"/>, a span or a value in it is not as expected (see <see cref="Compute"/>).</exception>
    public SequenceScore ComputeInto(
        Tensor gradient, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps,
        int batch, Span<float> logits = default)
    {
        using var usage = _gate.EnterAlone();
        using var use = _cell.Use();
        CheckMachine();
        Guard.Layout(gradient, nameof(gradient), "[parameters]", [_machine.Parameters.Length], _machine.Tensors[0]);
        if (!gradient.is_contiguous() || gradient.requires_grad)
            throw new ArgumentException("gradient is not contiguous, or tracked by autograd; expected a plain tensor.", nameof(gradient));
        var score = Run(CallKind.Train, inputs, targets, mask, lengths, steps, batch, logits);
        _workspace.WriteGradient(TensorMemory.Start(gradient));
        using var scope = NewDisposeScope();
        return score with { IsFinite = score.IsFinite && gradient.isfinite().all().ToBoolean() };
    }

    /// <summary>Forward and loss alone; <see cref="Gradient"/> stays as it is.</summary>
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
        CheckMachine();
        Check(inputs.Length, targets.Length, mask.Length, lengths, steps, batch, logits.Length);
        SequenceValues.Check(_loss, inputs, targets, mask, lengths, batch);
        (_call.Kind, _call.Model, _call.Steps, _call.Batch) = (kind, _machine.Model, steps, batch);
        if (_staging is not null)
        {
            // Logits of padding are not written: they come back as they went.
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

    private SequenceScore Forward(ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths)
    {
        var (sum, perfect) = _workspace.Forward(_call, lengths, Threads);
        return new SequenceScore(
            Loss, _call.Batch, sum.Loss, sum.Wrong, perfect, (long)CountedSteps(mask, lengths) * _loss.Counted(_machine.Shape.Outputs));
    }

    private int CountedSteps(ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths)
    {
        var counted = 0;
        for (var t = 0; t < _call.Steps; t++)
            for (var b = 0; b < _call.Batch; b++)
                if (mask[t * _call.Batch + b] != 0 && (lengths.IsEmpty || t < lengths[b]))
                    counted++;
        return counted;
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
            throw new InvalidOperationException("The machine has been moved to another element type or device since this pass was made; expected float32 where it was.");
        if (_machine.Obstacle() is { } obstacle)
            throw new InvalidOperationException($"The machine cannot be computed any more: {obstacle}.");
    }

    private void Check(int inputs, int targets, int mask, ReadOnlySpan<int> lengths, int steps, int batch, int logits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var places = (long)steps * batch;
        Require(nameof(inputs), inputs, places * _machine.Shape.Inputs, "T * B * I");
        Require(nameof(targets), targets, places * _machine.Shape.Outputs, "T * B * O");
        Require(nameof(mask), mask, places, "T * B");
        if (logits != 0)
            Require(nameof(logits), logits, places * _machine.Shape.Outputs, "T * B * O");
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
