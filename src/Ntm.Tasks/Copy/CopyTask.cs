namespace Ntm.Tasks;

/// <summary>
/// Copy (paper, section 4.1): <c>L</c> vectors of <c>W</c> random bits, a delimiter on a separate channel, then <c>L</c> steps
/// without input, whose targets are the vectors in their order. Input width <c>W + 1</c>, target width <c>W</c>,
/// <c>T = 2L + 1</c>; the last <c>L</c> steps count. <c>L</c> is uniform between the options' bounds.
/// </summary>
public sealed class CopyTask : SequenceTask
{
    private readonly int _width;
    private readonly int _minLength;
    private readonly int _maxLength;

    /// <summary>Creates the task.</summary>
    /// <param name="options">The sizes; <see langword="null"/> for the paper's (8 bits, lengths 1 to 20).</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public CopyTask(CopyOptions? options = null)
    {
        options ??= new CopyOptions();
        TaskOptions.ThrowIfInvalid(
            options, TaskOptions.Ordered(options, nameof(options.MinLength), options.MinLength, nameof(options.MaxLength), options.MaxLength));
        (_width, _minLength, _maxLength) = (options.Width, options.MinLength, options.MaxLength);
    }

    /// <inheritdoc />
    public override string Name => "copy";

    /// <inheritdoc />
    public override int InputSize => _width + 1;

    /// <inheritdoc />
    public override int OutputSize => _width;

    /// <inheritdoc />
    /// <value>No wrong bit, and a mean cost of at most 0.01 bits; proportionally more for more bits than the 84 of a mean sequence of the default
    /// sizes.</value>
    public override TaskGoal Goal => TaskGoal.Exact(_width * (_minLength + _maxLength) / 2.0, 84);

    /// <inheritdoc />
    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var length = random.NextInt(_minLength, _maxLength);
        sequence.Begin(2 * length + 1);
        sequence.Input(length)[_width] = 1;
        for (var t = 0; t < length; t++)
        {
            var data = sequence.Input(t)[.._width];
            random.NextBits(data);
            data.CopyTo(sequence.CountedTarget(length + 1 + t));
        }
    }
}
