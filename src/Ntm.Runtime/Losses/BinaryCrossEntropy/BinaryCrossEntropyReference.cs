using Ntm.Core;
using Ntm.Shared;

namespace Ntm.Runtime.Losses;

/// <summary><see cref="LossKind.BinaryCrossEntropy"/> by its definition.</summary>
internal sealed class BinaryCrossEntropyReference : ReferenceLoss
{
    public override LossKind Kind => LossKind.BinaryCrossEntropy;

    public override string CostUnit => "bits";

    public override string WrongName => "wrong bits";

    public override string ExpectedTarget => "0 to 1";

    internal override double LossPerCost { get; } = Math.Log(2);

    public override int FirstInvalidTarget(ReadOnlySpan<float> targets) => ValueCheck.FirstOutsideUnit(targets);

    internal override int Counted(int outputs) => outputs;

    private protected override StepLoss Part(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, int first, int count)
    {
        var (nats, wrong) = (0.0, 0);
        for (var o = first; o < first + count; o++)
        {
            double logit = logits[o];
            // Softplus minus the linear part, with an exponential that cannot overflow.
            nats += Math.Max(logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs(logit))) - logit * targets[o];
            // For NaN, neither comparison is true: it is wrong for any target.
            wrong += (targets[o] > 0.5f ? logit > 0 : logit <= 0) ? 0 : 1;
        }

        return new StepLoss(nats, wrong, count);
    }
}
