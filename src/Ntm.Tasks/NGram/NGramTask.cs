using Ntm.Shared;

namespace Ntm.Tasks;

/// <summary>
/// Dynamic N-grams (paper, section 4.4). For every sequence, a table of the probability of a one after each of the <c>2^(N-1)</c> contexts is drawn from
/// Beta(1/2, 1/2). Then its bits are drawn: the first <c>N - 1</c> are fair, each later one follows the table's row for the <c>N - 1</c> bits
/// before it. Input and target width 1: the input at <c>t</c> is bit <c>t</c>, the target is bit <c>t + 1</c>; all <c>T = Bits - 1</c> steps
/// count.
/// </summary>
/// <remarks>
/// The bits cannot all be predicted: the best possible cost, which <see cref="NGramOptimum"/> computes on the same sequences, has an
/// expected value of 132.24 bits over the 199 predictions of the default sizes.
/// </remarks>
public sealed class NGramTask : SequenceTask
{
    private readonly int _bits;

    /// <summary>Creates the task.</summary>
    /// <param name="options">The sizes; <see langword="null"/> for the paper's (6-grams, 200 bits).</param>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public NGramTask(NGramOptions? options = null)
    {
        options ??= new NGramOptions();
        TaskOptions.ThrowIfInvalid(options, options.Bits <= options.N
            ? RangeRules.Message(typeof(NGramOptions), nameof(options.Bits), options.Bits, $"above N = {options.N}")
            : null);
        (Context, _bits) = (options.N - 1, options.Bits);
    }

    /// <summary>The number of bits of a context, <c>N - 1</c>.</summary>
    public int Context { get; }

    /// <inheritdoc />
    public override string Name => "ngram";

    /// <inheritdoc />
    public override int InputSize => 1;

    /// <inheritdoc />
    public override int OutputSize => 1;

    /// <inheritdoc />
    /// <value>Half a bit above the optimum, which the paper's best model reached; for other sizes in proportion to the 199 predictions of the default
    /// ones.</value>
    public override TaskGoal Goal => TaskGoal.Cost(0.5, _bits - 1, 199);

    /// <inheritdoc />
    public override double OptimalCostSum(BatchBuffer batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var bits = new float[batch.Steps + 1];
        var cost = 0.0;
        for (var b = 0; b < batch.BatchSize; b++)
        {
            bits[0] = batch.Inputs[b];
            for (var t = 0; t < batch.Steps; t++)
                bits[t + 1] = batch.Targets[t * batch.BatchSize + b];
            cost += NGramOptimum.CostBits(bits, Context);
        }

        return cost;
    }

    /// <inheritdoc />
    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        Span<double> table = stackalloc double[1 << Context];
        foreach (ref var probability in table)
            probability = random.NextArcsine();
        sequence.Begin(_bits - 1);
        var context = 0;
        for (var t = 0; t < _bits; t++)
        {
            var bit = random.NextBernoulli(t < Context ? 0.5 : table[context]) ? 1 : 0;
            context = ((context << 1) | bit) & (table.Length - 1);
            if (t < sequence.Steps)
                sequence.Input(t)[0] = bit;
            if (t > 0)
                sequence.CountedTarget(t - 1)[0] = bit;
        }
    }
}
