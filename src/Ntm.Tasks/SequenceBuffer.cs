namespace Ntm.Tasks;

/// <summary>
/// A buffer into which a task writes one sequence: inputs <c>[T, I]</c>, targets <c>[T, O]</c>, and the steps that count. It is used again for
/// every sequence and grows as needed, so that drawing sequences allocates nothing in the long run.
/// </summary>
public sealed class SequenceBuffer
{
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
    /// <returns>Its target vector, <c>[O]</c>.</returns>
    public Span<float> CountedTarget(int step)
    {
        var target = Target(step);
        _mask[step] = 1;
        return target;
    }

    /// <summary>The mask, <c>[T]</c>: 1 for the steps that count, otherwise 0.</summary>
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
