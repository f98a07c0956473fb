namespace Ntm.Core;

/// <summary>The heads' weightings before the first step.</summary>
public enum InitialWeightingKind
{
    /// <summary>The softmax of a trained bias per head.</summary>
    Learned,

    /// <summary>
    /// All zeros. With a constant memory, all locations then stay equal forever: combine it with a learned or random
    /// memory.
    /// </summary>
    Zeros,

    /// <summary><c>1/N</c> everywhere. The remark at <see cref="Zeros"/> applies.</summary>
    Uniform,

    /// <summary>
    /// The softmax of a trained bias per head, like <see cref="Learned"/>, but all heads begin training with nearly all weight, 0.95, on the first location and
    /// the rest shared equally (after torch-ntm by Kai Sheng Tai). A head then has a place to move from at the first update.
    /// </summary>
    Focused,
}
