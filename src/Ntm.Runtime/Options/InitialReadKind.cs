namespace Ntm.Core;

/// <summary>What the controller is given as read vectors at the first step.</summary>
public enum InitialReadKind
{
    /// <summary>The tanh of a trained bias per read head.</summary>
    Learned,

    /// <summary>All zeros.</summary>
    Zeros,
}
