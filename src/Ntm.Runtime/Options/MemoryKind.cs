namespace Ntm.Core;

/// <summary>The memory matrix at the start of a sequence.</summary>
public enum MemoryKind
{
    /// <summary>The same small constant everywhere, not trained: converges soonest (Collier and Beel 2018).</summary>
    Constant,

    /// <summary>A trained matrix.</summary>
    Learned,

    /// <summary>A matrix that is drawn once when the model is created, saved with the weights and not trained.</summary>
    Random,
}
