using Ntm.Shared;

namespace Ntm.Tasks;

/// <summary>
/// Priority sort (paper, section 4.5): 20 vectors of <c>W</c> random bits, each with a priority uniform in -1..1 on a separate channel;
/// then 16 steps without input, whose targets are the 16 vectors of highest priority, highest first. Whole vectors are sorted. Input
/// width <c>W + 1</c>, target width <c>W</c>, <c>T = 36</c>; the last 16 steps count.
/// </summary>
public sealed class PrioritySortTask : SequenceTask
{
    private readonly int _width;
    private readonly int _inputs;
    private readonly int _outputs;

    /// <summary>Creates the task.</summary>
    /// <param name="options">The sizes; <see langword="null"/> for the paper's (8 bits, 16 of 20).</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public PrioritySortTask(PrioritySortOptions? options = null)
    {
        options ??= new PrioritySortOptions();
        TaskOptions.ThrowIfInvalid(options, options.Outputs > options.Inputs
            ? RangeRules.Message(typeof(PrioritySortOptions), nameof(options.Outputs), options.Outputs, $"at most Inputs = {options.Inputs}")
            : null);
        (_width, _inputs, _outputs) = (options.Width, options.Inputs, options.Outputs);
    }

    /// <inheritdoc />
    public override string Name => "priority-sort";

    /// <inheritdoc />
    public override int InputSize => _width + 1;

    /// <inheritdoc />
    public override int OutputSize => _width;

    /// <summary>The input channel of the priority.</summary>
    public int PriorityChannel => _width;

    /// <summary>The number of input vectors.</summary>
    public int Inputs => _inputs;

    /// <inheritdoc />
    /// <value>A mean cost of at most 10 bits, about half of what the paper reached; for other sizes in proportion to the 128 bits that count at the default
    /// sizes.</value>
    public override TaskGoal Goal => TaskGoal.Cost(10, (double)_width * _outputs, 128);

    /// <inheritdoc />
    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        sequence.Begin(checked(_inputs + _outputs));
        for (var t = 0; t < _inputs; t++)
        {
            random.NextBits(sequence.Input(t)[.._width]);
            sequence.Input(t)[_width] = (float)(2 * random.NextDouble() - 1);
        }

        for (var t = 0; t < _inputs; t++)
        {
            var rank = Rank(sequence, t);
            if (rank < _outputs)
                sequence.Input(t)[.._width].CopyTo(sequence.CountedTarget(_inputs + rank));
        }
    }

    /// <summary>Returns how many vectors come before one; of equal priorities the earlier vector comes first.</summary>
    private int Rank(SequenceBuffer sequence, int step)
    {
        var priority = sequence.Input(step)[_width];
        var rank = 0;
        for (var other = 0; other < _inputs; other++)
        {
            var p = sequence.Input(other)[_width];
            if (p > priority || (p == priority && other < step))
                rank++;
        }

        return rank;
    }
}
