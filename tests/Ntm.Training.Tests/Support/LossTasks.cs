using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Tests.Support;

/// <summary>
/// Next symbol: a walk around a circle of four symbols, forwards or backwards. Inputs are one-hot, the target of a step is the symbol after it. The
/// first cannot be known, for the direction cannot, and does not count.
/// </summary>
internal sealed class NextSymbolTask : SequenceTask
{
    public override string Name => "next-symbol";

    public override int InputSize => 4;

    public override int OutputSize => 4;

    public override LossKind Loss => LossKind.SoftmaxCrossEntropy;

    public override IReadOnlyList<ChannelGroup> ChannelGroups => [new ChannelGroup("low", 0, 2), new ChannelGroup("high", 2, 2)];

    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        var steps = random.NextInt(3, 6);
        var symbol = random.NextInt(0, 3);
        var direction = random.NextBernoulli(0.5) ? 1 : 3;
        sequence.Begin(steps);
        for (var t = 0; t < steps; t++)
        {
            sequence.Input(t)[symbol] = 1;
            symbol = (symbol + direction) % 4;
            if (t > 0)
                sequence.CountedTarget(t)[symbol] = 1;
        }
    }
}

/// <summary>Regression: numbers from -1 to 1; the target of a step is the number of the step before, and three times the step's own less 1.</summary>
internal sealed class DelayTask(LossKind loss = LossKind.SquaredError) : SequenceTask
{
    public override string Name => "delay";

    public override int InputSize => 1;

    public override int OutputSize => 2;

    public override LossKind Loss => loss;

    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        var steps = random.NextInt(2, 5);
        sequence.Begin(steps);
        for (var t = 0; t < steps; t++)
        {
            sequence.Input(t)[0] = (float)(2 * random.NextDouble() - 1);
            var target = sequence.CountedTarget(t);
            target[0] = t == 0 ? 0 : sequence.Input(t - 1)[0];
            target[1] = 3 * sequence.Input(t)[0] - 1;
        }
    }
}
