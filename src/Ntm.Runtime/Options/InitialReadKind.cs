namespace Ntm.Core;

/// <summary>The read vectors that the controller receives at the first step.</summary>
public enum InitialReadKind
{
    /// <summary>The tanh of a trained bias per read head.</summary>
    Learned,

    /// <summary>All zeros.</summary>
    Zeros,
}
