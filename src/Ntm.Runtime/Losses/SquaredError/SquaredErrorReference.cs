using Ntm.Core;
using Ntm.Shared;

namespace Ntm.Runtime.Losses;

/// <summary><see cref="LossKind.SquaredError"/> by its definition.</summary>
internal sealed class SquaredErrorReference : ReferenceLoss
{
    public override LossKind Kind => LossKind.SquaredError;

    public override string CostUnit => "squared units";

    public override string WrongName => "wrong values";

    public override string ExpectedTarget => "a finite number";

    internal override double LossPerCost => 1;

    public override int FirstInvalidTarget(ReadOnlySpan<float> targets) => ValueCheck.FirstNotFinite(targets);

    internal override int Counted(int outputs) => outputs;

    private protected override StepLoss Part(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, int first, int count)
    {
        var (squares, wrong) = (0.0, 0);
        for (var o = first; o < first + count; o++)
        {
            var error = (double)logits[o] - targets[o];
            squares += error * error;
            // NaN is outside any bound.
            wrong += Math.Abs(error) <= 0.5 ? 0 : 1;
        }

        return new StepLoss(squares, wrong, count);
    }
}
