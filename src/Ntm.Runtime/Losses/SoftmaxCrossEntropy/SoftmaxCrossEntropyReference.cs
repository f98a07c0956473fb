using Ntm.Core;
using Ntm.Shared;

namespace Ntm.Runtime.Losses;

/// <summary><see cref="LossKind.SoftmaxCrossEntropy"/> by its definition.</summary>
/// <remarks>The step's symbol counts for the channel of the largest target, so the shares of groups of channels add up to the whole.</remarks>
internal sealed class SoftmaxCrossEntropyReference : ReferenceLoss
{
    /// <summary>The tolerance of the sum of a step's targets, which must be 1: it allows a distribution in float32, or one written with three
    /// digits.</summary>
    private const double SumTolerance = 1e-3;

    public override LossKind Kind => LossKind.SoftmaxCrossEntropy;

    public override string CostUnit => "bits";

    public override string WrongName => "wrong symbols";

    public override string ExpectedTarget => "0 or more, and finite";

    internal override double LossPerCost { get; } = Math.Log(2);

    public override int FirstInvalidTarget(ReadOnlySpan<float> targets) => ValueCheck.FirstNegativeOrNotFinite(targets);

    public override string? FaultOfStep(ReadOnlySpan<float> targets)
    {
        var sum = 0.0;
        foreach (var target in targets)
            sum += target;
        return Math.Abs(sum - 1) <= SumTolerance ? null : FormattableString.Invariant($"sum to {sum:G6}; expected 1 within {SumTolerance}");
    }

    internal override bool HasRuleOfSteps => true;

    internal override int Counted(int outputs) => 1;

    private protected override StepLoss Part(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, int first, int count)
    {
        var logOfSum = LogOfSum(logits);
        var nats = 0.0;
        for (var o = first; o < first + count; o++)
            nats += targets[o] * (logOfSum - logits[o]);
        var symbol = FirstLargest(targets);
        if (symbol < first || symbol >= first + count)
            return new StepLoss(nats, 0, 0);
        var isRight = !ContainsNaN(logits) && FirstLargest(logits) == symbol;
        return new StepLoss(nats, isRight ? 0 : 1, 1);
    }

    /// <summary><c>log(sum_o exp(z_o))</c>, with exponentials that cannot overflow.</summary>
    private static double LogOfSum(ReadOnlySpan<float> logits)
    {
        double largest = logits[FirstLargest(logits)];
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }

    private static int FirstLargest(ReadOnlySpan<float> values)
    {
        var largest = 0;
        for (var o = 1; o < values.Length; o++)
            if (values[o] > values[largest])
                largest = o;
        return largest;
    }

    private static bool ContainsNaN(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            if (float.IsNaN(value))
                return true;
        return false;
    }
}
