namespace Ntm.Tasks;

/// <summary>
/// A buffer into which a task writes one sequence: inputs <c>[T, I]</c>, targets <c>[T, O]</c>, and the steps that count. It is used again for
/// every sequence and grows as needed, so that drawing sequences allocates nothing in the long run.
/// </summary>
public sealed class SequenceBuffer
{
    private SequenceReader? _reader;
    private float[] _inputs = [];
    private float[] _targets = [];
    private float[] _mask = [];

    internal SequenceBuffer(int inputSize, int outputSize)
    {
        InputSize = inputSize;
        OutputSize = outputSize;
    }

    /// <summary>Width of an input vector, <c>I</c>.</summary>
    public int InputSize { get; }

    /// <summary>Width of a target vector, <c>O</c>.</summary>
    public int OutputSize { get; }

    /// <summary>The number of steps of the sequence, <c>T</c>.</summary>
    public int Steps { get; private set; }

    /// <summary>Begins a sequence of zeros in which no step counts.</summary>
    /// <param name="steps">The number of steps, <c>T</c>; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public void Begin(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Steps = steps;
        Reset(ref _inputs, checked(steps * InputSize));
        Reset(ref _targets, checked(steps * OutputSize));
        Reset(ref _mask, steps);
    }

    /// <summary>All input vectors, <c>[T, I]</c>.</summary>
    internal ReadOnlySpan<float> Inputs => _inputs.AsSpan(0, Steps * InputSize);

    /// <summary>All target vectors, <c>[T, O]</c>, including those of steps that do not count.</summary>
    internal ReadOnlySpan<float> Targets => _targets.AsSpan(0, Steps * OutputSize);

    /// <summary>Returns the reader of a stream of a data set. The buffer keeps it, because sequences are mostly read in their order.</summary>
    internal SequenceReader Reader(ulong stream, DataTask task)
    {
        if (_reader?.Stream == stream)
            return _reader;
        Close();
        return _reader = task.NewReader(stream);
    }

    /// <summary>Ends the reading of a data set.</summary>
    internal void Close()
    {
        _reader?.Dispose();
        _reader = null;
    }

    /// <summary>Discards the previous sequence, so that a task that begins no new one is detected.</summary>
    internal void Clear() => Steps = 0;

    /// <summary>Returns the input vector of a step, <c>[I]</c>.</summary>
    /// <param name="step">0 to <c>T - 1</c>.</param>
    public Span<float> Input(int step) => Row(_inputs, step, InputSize);

    /// <summary>Returns the target vector of a step, <c>[O]</c>, without marking the step as one that counts: see <see cref="CountedTarget"/>.</summary>
    /// <param name="step">0 to <c>T - 1</c>.</param>
    public Span<float> Target(int step) => Row(_targets, step, OutputSize);

    /// <summary>Marks a step as one that counts in loss and errors.</summary>
    /// <param name="step">0 to <c>T - 1</c>.</param>
    /// <param name="weight">The factor of the step's loss; finite and above 0. Errors are counted without it.</param>
    /// <returns>Its target vector, <c>[O]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range; the message names step and value.</exception>
    public Span<float> CountedTarget(int step, float weight = 1)
    {
        var target = Target(step);
        if (!(weight > 0 && float.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, $"The weight of step {step} must be finite and above 0; a step that does not count has no counted target.");
        _mask[step] = weight;
        return target;
    }

    /// <summary>Marks a step as one that counts, and writes the target of a class: 1 in its channel, 0 in all others.</summary>
    /// <param name="step">0 to <c>T - 1</c>.</param>
    /// <param name="class">The class, 0 to <c>O - 1</c>.</param>
    /// <param name="weight">The factor of the step's loss; finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range; the message names step and value.</exception>
    public void CountedClass(int step, long @class, float weight = 1)
    {
        var target = CountedTarget(step, weight);
        if (@class < 0 || @class >= OutputSize)
            throw new ArgumentOutOfRangeException(nameof(@class), @class, $"The class of step {step} must be 0 to {OutputSize - 1}.");
        target.Clear();
        target[(int)@class] = 1;
    }

    /// <summary>The weights of the steps, <c>[T]</c>: 0 for those that do not count, and 1 for the others unless a task gives them other weights.</summary>
    public ReadOnlySpan<float> Mask => _mask.AsSpan(0, Steps);

    private Span<float> Row(float[] values, int step, int width)
    {
        if ((uint)step >= (uint)Steps)
            throw new ArgumentOutOfRangeException(nameof(step), step, $"The sequence has {Steps} steps; expected 0 to {Steps - 1}.");
        return values.AsSpan(step * width, width);
    }

    private static void Reset(ref float[] values, int length)
    {
        if (values.Length < length)
            values = new float[Math.Max(length, 2 * values.Length)];
        Array.Clear(values, 0, length);
    }
}
