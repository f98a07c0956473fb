namespace Ntm.Core;

/// <summary>
/// A loss in plain double arithmetic, one step at a time. It is the definition that the implementations of the engines and of torch are tested against. It
/// also
/// defines which targets are valid and how the loss is reported.
/// </summary>
public abstract class ReferenceLoss
{
    private static readonly ReferenceLoss[] All =
    [
        new BinaryCrossEntropyReference(),
        new SoftmaxCrossEntropyReference(),
        new SquaredErrorReference(),
    ];

    private protected ReferenceLoss()
    {
    }

    /// <summary>The kind of the loss.</summary>
    public abstract LossKind Kind { get; }

    /// <summary>The unit of the reported cost: <c>bits</c> for the cross-entropies, <c>squared units</c> for the squared error.</summary>
    public abstract string CostUnit { get; }

    /// <summary>The name of wrong targets, in the plural: <c>wrong bits</c>, <c>wrong symbols</c> or <c>wrong values</c>.</summary>
    public abstract string WrongName { get; }

    /// <summary>A description of valid targets for messages, such as <c>0 to 1</c>.</summary>
    public abstract string ExpectedTarget { get; }

    /// <summary>The loss that is a cost of 1: <c>ln 2</c> nats for a bit, 1 for a squared unit.</summary>
    internal abstract double LossPerCost { get; }

    /// <summary>Returns the definition of a loss.</summary>
    /// <param name="kind">The loss.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a value of the enum.</exception>
    public static ReferenceLoss Of(LossKind kind)
    {
        foreach (var loss in All)
            if (loss.Kind == kind)
                return loss;
        throw new ArgumentOutOfRangeException(nameof(kind), kind, $"The loss is {(int)kind}; expected a value of {nameof(LossKind)}.");
    }

    /// <summary>Computes the loss of a step, in all channels.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, ReadOnlySpan{float}, int, int)"/>
    public StepLoss Step(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets) => Step(logits, targets, 0, targets.Length);

    /// <summary>Computes the share of some adjacent channels in the loss of a step. The shares of all channels add up to the whole.</summary>
    /// <param name="logits">All logits of the step, <c>[O]</c>. A logit that is NaN is wrong.</param>
    /// <param name="targets">All targets of the step, <c>[O]</c>; valid for the loss.</param>
    /// <param name="first">The first of the channels.</param>
    /// <param name="count">The number of channels.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> and <paramref name="targets"/> have different lengths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not all of the channels exist.</exception>
    public StepLoss Step(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, int first, int count)
    {
        if (logits.Length != targets.Length)
            throw new ArgumentException($"logits has {logits.Length} elements; expected O = {targets.Length}, like targets.", nameof(logits));
        if (first < 0 || first > targets.Length)
            throw new ArgumentOutOfRangeException(nameof(first), first, $"The step has {targets.Length} channels; expected 0 to {targets.Length}.");
        if (count < 0 || count > targets.Length - first)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The step has {targets.Length} channels; expected 0 to {targets.Length - first} from channel {first} on.");
        return Part(logits, targets, first, count);
    }

    /// <summary>Returns the index of the first value that is not a valid target in any channel; -1 if there is none.</summary>
    /// <param name="targets">Targets of any number of steps.</param>
    public abstract int FirstInvalidTarget(ReadOnlySpan<float> targets);

    /// <summary>Describes what is wrong with the targets of a step that counts, each of which is valid by itself. The result is the end of a sentence, such
    /// as
    /// <c>sum to 0.5; expected 1 within 0.001</c>; <see langword="null"/> if nothing is wrong.</summary>
    /// <param name="targets"><c>[O]</c></param>
    public virtual string? FaultOfStep(ReadOnlySpan<float> targets) => null;

    /// <summary>Tells whether <see cref="FaultOfStep"/> can find anything.</summary>
    internal virtual bool HasRuleOfSteps => false;

    /// <summary>Returns the number of targets that a step counts as.</summary>
    /// <param name="outputs"><c>O</c></param>
    internal abstract int Counted(int outputs);

    private protected abstract StepLoss Part(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, int first, int count);
}
