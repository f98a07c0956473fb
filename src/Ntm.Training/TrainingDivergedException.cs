namespace Ntm.Training;

/// <summary>The exception for a loss or gradient that is NaN or infinite, or for the loss of what was learned
/// (<see cref="TrainingOptions.CollapseShare"/>). After a loss or gradient that is not finite, the parameters are those before the update, which was not
/// made.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long sequence, int batchSize, int seed, string? parameter, string what)
        : base($"Training diverged at {Where(sequence, batchSize)} of seed {seed}: {what}. The parameters are those before it; a lower learning rate or tighter gradient clipping may help.")
    {
        Sequence = sequence;
        Seed = seed;
        Parameter = parameter;
    }

    internal TrainingDivergedException(long sequence, int seed, double share, double first, double best, double now, string unit)
        : base(FormattableString.Invariant($"Training diverged before sequence {sequence} of seed {seed}: an evaluation costs {now:F2} {unit} after {best:F2} at best and {first:F2} at first, and has lost more than {share:P0} of what was learned. A lower learning rate or tighter gradient clipping may help."))
    {
        Sequence = sequence;
        Seed = seed;
    }

    /// <summary>The first sequence of the batch in which it happened; if an evaluation detected it, the next sequence.</summary>
    public long Sequence { get; }

    /// <summary>The seed of the training data.</summary>
    public int Seed { get; }

    /// <summary>The first parameter whose gradient is not finite; <see langword="null"/> if all are.</summary>
    public string? Parameter { get; }

    private static string Where(long sequence, int batchSize) =>
        batchSize == 1 ? $"sequence {sequence}" : $"sequences {sequence} to {sequence + batchSize - 1}";
}
