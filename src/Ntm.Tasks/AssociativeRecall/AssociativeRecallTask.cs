namespace Ntm.Tasks;

/// <summary>
/// Associative recall (paper, section 4.3): <c>n</c> items of 3 vectors of <c>W</c> random bits, each after an item delimiter; then one of the first
/// <c>n - 1</c> items as the query, between two query delimiters; then 3 steps without input, whose target is the item that followed the query.
/// Input width <c>W + 2</c> (item delimiter <c>W</c>, query delimiter <c>W + 1</c>), target width <c>W</c>,
/// <c>T = 4n + 8</c> for items of 3 vectors; the last 3 steps count. <c>n</c> is uniform between the options' bounds, the query is uniform
/// over the items that have a successor.
/// </summary>
/// <remarks>Two items may be equal by chance (one in 2^18 pairs). The paper does not mention this case, and the task does not exclude it.</remarks>
public sealed class AssociativeRecallTask : SequenceTask
{
    private readonly int _width;
    private readonly int _itemLength;
    private readonly int _minItems;
    private readonly int _maxItems;

    /// <summary>Creates the task.</summary>
    /// <param name="options">The sizes; <see langword="null"/> for the paper's (6 bits, items of 3 vectors, 2 to 6 items).</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public AssociativeRecallTask(AssociativeRecallOptions? options = null)
    {
        options ??= new AssociativeRecallOptions();
        TaskOptions.ThrowIfInvalid(
            options, TaskOptions.Ordered(options, nameof(options.MinItems), options.MinItems, nameof(options.MaxItems), options.MaxItems));
        (_width, _itemLength, _minItems, _maxItems) = (options.Width, options.ItemLength, options.MinItems, options.MaxItems);
    }

    /// <inheritdoc />
    public override string Name => "associative-recall";

    /// <inheritdoc />
    public override int InputSize => _width + 2;

    /// <inheritdoc />
    public override int OutputSize => _width;

    /// <inheritdoc />
    /// <value>No wrong bit, and a mean cost of at most 0.01 bits; proportionally more for items of more bits than the 18 of the default sizes.</value>
    public override TaskGoal Goal => TaskGoal.Exact((double)_width * _itemLength, 18);

    /// <inheritdoc />
    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var items = random.NextInt(_minItems, _maxItems);
        var asked = random.NextInt(0, items - 2);
        var stride = _itemLength + 1;
        var query = items * stride;
        var answer = query + stride + 1;
        sequence.Begin(checked(answer + _itemLength));
        for (var item = 0; item < items; item++)
        {
            sequence.Input(item * stride)[_width] = 1;
            for (var v = 0; v < _itemLength; v++)
            {
                var data = sequence.Input(item * stride + 1 + v)[.._width];
                random.NextBits(data);
                if (item == asked)
                    data.CopyTo(sequence.Input(query + 1 + v));
                else if (item == asked + 1)
                    data.CopyTo(sequence.CountedTarget(answer + v));
            }
        }

        sequence.Input(query)[_width + 1] = 1;
        sequence.Input(answer - 1)[_width + 1] = 1;
    }
}
