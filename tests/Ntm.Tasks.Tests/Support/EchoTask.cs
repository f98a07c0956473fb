namespace Ntm.Tasks.Tests.Support;

/// <summary>A custom task: 1 to 4 random bits, one per step, each the target of its own step, negated on channel 1.</summary>
internal sealed class EchoTask : SequenceTask
{
    public override string Name => "echo";

    public override int InputSize => 1;

    public override int OutputSize => 2;

    public override TaskGoal Goal => new(MeanExcessCost: 0.5, MeanWrong: double.PositiveInfinity);

    protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
    {
        var steps = random.NextInt(1, 4);
        sequence.Begin(steps);
        for (var t = 0; t < steps; t++)
        {
            random.NextBits(sequence.Input(t));
            var target = sequence.CountedTarget(t);
            (target[0], target[1]) = (sequence.Input(t)[0], 1 - sequence.Input(t)[0]);
        }
    }
}
