using Ntm.Shared;

namespace Ntm.Tasks;

/// <summary>
/// Repeat copy (paper, section 4.2): <c>L</c> vectors of <c>W</c> random bits, then one step with the delimiter channel at 1 and the
/// number of repeats on a separate channel, then zeros, whose targets are the vectors <c>R</c> times and finally an end
/// marker on a separate channel. Input width <c>W + 2</c> (delimiter <c>W</c>, repeats <c>W + 1</c>), target width <c>W + 1</c>,
/// <c>T = L + 1 + L R + 1</c>; the last <c>L R + 1</c> steps count. <c>L</c> and <c>R</c> are uniform between the options' bounds.
/// </summary>
/// <remarks>
/// The input for the repeats is <c>(R - mean) / deviation</c> of the uniform distribution over the training range. Code that changes these
/// two numbers to measure a larger range measures something else.
/// </remarks>
public sealed class RepeatCopyTask : SequenceTask
{
    private readonly RepeatCopyOptions _options;
    private readonly double _mean;
    private readonly double _deviation;

    /// <summary>Creates the task.</summary>
    /// <param name="options">The sizes; <see langword="null"/> for the paper's (8 bits, lengths and repeats 1 to 10).</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public RepeatCopyTask(RepeatCopyOptions? options = null)
    {
        options ??= new RepeatCopyOptions();
        TaskOptions.ThrowIfInvalid(
            options,
            TaskOptions.Ordered(options, nameof(options.MinLength), options.MinLength, nameof(options.MaxLength), options.MaxLength),
            TaskOptions.Ordered(options, nameof(options.MinRepeats), options.MinRepeats, nameof(options.MaxRepeats), options.MaxRepeats),
            options.TrainingMaxRepeats <= options.TrainingMinRepeats
                ? RangeRules.Message(typeof(RepeatCopyOptions), nameof(options.TrainingMaxRepeats), options.TrainingMaxRepeats,
                    $"above TrainingMinRepeats = {options.TrainingMinRepeats}, since a single number has no deviation")
                : null);
        _options = new RepeatCopyOptions
        {
            Width = options.Width,
            MinLength = options.MinLength,
            MaxLength = options.MaxLength,
            MinRepeats = options.MinRepeats,
            MaxRepeats = options.MaxRepeats,
        };
        double count = options.TrainingMaxRepeats - options.TrainingMinRepeats + 1;
        _mean = (options.TrainingMinRepeats + options.TrainingMaxRepeats) / 2.0;
        _deviation = Math.Sqrt((count * count - 1) / 12);
    }

    /// <inheritdoc />
    public override string Name => "repeat-copy";

    /// <inheritdoc />
    public override int InputSize => _options.Width + 2;

    /// <inheritdoc />
    public override int OutputSize => _options.Width + 1;

    /// <summary>The target channel of the end marker; the channels before it contain the data.</summary>
    public int EndMarkerChannel => _options.Width;

    /// <inheritdoc />
    /// <value>No wrong bit, and a mean cost of at most 0.01 bits; proportionally more for more bits than the 281 of a mean sequence of the default
    /// sizes.</value>
    public override TaskGoal Goal => TaskGoal.Exact(
        OutputSize * ((_options.MinLength + _options.MaxLength) / 2.0 * ((_options.MinRepeats + _options.MaxRepeats) / 2.0) + 1), 281.25);

    /// <inheritdoc />
    /// <value>
    /// The data and the end marker: beyond ten repeats the paper's models get the data right and the end marker wrong (section 4.2).
    /// </value>
    public override IReadOnlyList<ChannelGroup> ChannelGroups =>
        [new ChannelGroup("data", 0, EndMarkerChannel), new ChannelGroup("end marker", EndMarkerChannel, 1)];

    /// <inheritdoc />
    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var length = random.NextInt(_options.MinLength, _options.MaxLength);
        var repeats = random.NextInt(_options.MinRepeats, _options.MaxRepeats);
        var answer = length + 1;
        sequence.Begin(checked(answer + length * repeats + 1));
        var delimiter = sequence.Input(length);
        delimiter[_options.Width] = 1;
        delimiter[_options.Width + 1] = (float)((repeats - _mean) / _deviation);
        for (var t = 0; t < length; t++)
        {
            var data = sequence.Input(t)[.._options.Width];
            random.NextBits(data);
            for (var r = 0; r < repeats; r++)
                data.CopyTo(sequence.CountedTarget(answer + r * length + t));
        }

        sequence.CountedTarget(sequence.Steps - 1)[EndMarkerChannel] = 1;
    }
}
