namespace Ntm.Training;

/// <summary>
/// The streams of sequences that a seed stands for. Training and held-out sequences never come from the same stream, whatever the
/// two seeds.
/// </summary>
public static class SequenceSeeds
{
    /// <summary>The stream that is trained on.</summary>
    /// <param name="seed">The seed of a training.</param>
    public static ulong Training(int seed) => (ulong)(uint)seed << 1;

    /// <summary>The stream of held-out sequences.</summary>
    /// <param name="seed">The seed of an evaluation.</param>
    public static ulong HeldOut(int seed) => Training(seed) | 1;
}
