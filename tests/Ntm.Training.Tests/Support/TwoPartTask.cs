using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Tests.Support;

/// <summary>Bits; targets are whether their number so far is even or odd, as a class, and the number itself. Sequences differ in length.</summary>
internal sealed class TwoPartTask : SequenceTask
{
    public override string Name => "two-part";

    public override int InputSize => 1;

    public override int OutputSize => 3;

    public override IReadOnlyList<ChannelGroup> ChannelGroups =>
    [
        new ChannelGroup("parity", 0, 2) { Loss = LossKind.SoftmaxCrossEntropy },
        new ChannelGroup("count", 2, 1) { Loss = LossKind.SquaredError },
    ];

    public static LstmNetwork CreateModel(int seed = 1) => new(new LstmOptions { InputSize = 1, OutputSize = 3, HiddenSize = 8, Layers = 1 }, seed);

    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        var steps = random.NextInt(2, 6);
        sequence.Begin(steps);
        var count = 0;
        for (var t = 0; t < steps; t++)
        {
            random.NextBits(sequence.Input(t));
            count += (int)sequence.Input(t)[0];
            if (t == 0)
                continue;
            var target = sequence.CountedTarget(t);
            (target[count % 2], target[2]) = (1, count);
        }
    }
}
