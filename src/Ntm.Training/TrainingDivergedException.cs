namespace Ntm.Training;

/// <summary>A loss or gradient was NaN or infinite. The model's parameters are those before the update that was not made.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long sequence, int batchSize, int seed, string? parameter, string what)
        : base($"Training diverged at {Where(sequence, batchSize)} of seed {seed}: {what}. The parameters are those before it; a lower learning rate or tighter gradient clipping may help.")
    {
        Sequence = sequence;
        Seed = seed;
        Parameter = parameter;
    }

    /// <summary>The first sequence of the batch in which it happened.</summary>
    public long Sequence { get; }

    /// <summary>The seed of the training data.</summary>
    public int Seed { get; }

    /// <summary>The first parameter whose gradient is not finite; <see langword="null"/> if only the loss is not.</summary>
    public string? Parameter { get; }

    private static string Where(long sequence, int batchSize) =>
        batchSize == 1 ? $"sequence {sequence}" : $"sequences {sequence} to {sequence + batchSize - 1}";
}
