namespace Ntm.Training.Distributed;

/// <summary>Requests of a rank that all ranks decide on together.</summary>
[Flags]
internal enum RankRequests : byte
{
    None = 0,

    /// <summary>The training was cancelled.</summary>
    Cancel = 1,

    /// <summary>An observer ends the training.</summary>
    Stop = 2,
}
