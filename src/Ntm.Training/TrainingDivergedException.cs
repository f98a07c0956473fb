namespace Ntm.Training;

/// <summary>A loss or gradient was NaN or infinite. The model's parameters are those before the update that was not made.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long sequence, int seed, string what)
        : base($"Training diverged at sequence {sequence} of seed {seed}: {what}. The parameters are those before it; a lower learning rate or tighter gradient clipping may help.")
    {
        Sequence = sequence;
        Seed = seed;
    }

    /// <summary>The first sequence of the batch in which it happened.</summary>
    public long Sequence { get; }

    /// <summary>The seed of the training data.</summary>
    public int Seed { get; }
}
