namespace Ntm.Core;

/// <summary>What the memory matrix holds at the start of a sequence.</summary>
public enum MemoryKind
{
    /// <summary>The same small constant everywhere, not trained: converges soonest (Collier and Beel 2018).</summary>
    Constant,

    /// <summary>A trained matrix.</summary>
    Learned,

    /// <summary>A matrix drawn once when the model is made, kept with the weights, not trained.</summary>
    Random,
}
