using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Tests.Support;

/// <summary>1 to 4 random bits, one per step, each the target of its own step, which a linear model learns at once.</summary>
internal sealed class EchoTask(TaskGoal? goal = null, LossKind loss = LossKind.BinaryCrossEntropy) : SequenceTask
{
    public override string Name => "echo";

    public override int InputSize => 1;

    public override int OutputSize => 1;

    public override LossKind Loss => loss;

    public override TaskGoal Goal => goal ?? base.Goal;

    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        var steps = random.NextInt(1, 4);
        sequence.Begin(steps);
        for (var t = 0; t < steps; t++)
        {
            random.NextBits(sequence.Input(t));
            sequence.CountedTarget(t)[0] = sequence.Input(t)[0];
        }
    }
}
