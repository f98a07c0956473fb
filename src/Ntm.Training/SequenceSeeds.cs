namespace Ntm.Training;

/// <summary>
/// The streams of sequences that a seed stands for. The sequences for training, for deciding when to stop and for reporting never come
/// from the same stream, whatever the seeds.
/// </summary>
public static class SequenceSeeds
{
    private const int Streams = 4;

    /// <summary>The stream that is trained on.</summary>
    /// <param name="seed">The seed of a training.</param>
    public static ulong Training(int seed) => Streams * (ulong)(uint)seed;

    /// <summary>The stream that decides whether a task is solved.</summary>
    /// <param name="seed">The seed of a training.</param>
    public static ulong Validation(int seed) => Training(seed) + 1;

    /// <summary>The stream that results are reported on.</summary>
    /// <param name="seed">The seed of an evaluation.</param>
    public static ulong HeldOut(int seed) => Training(seed) + 2;
}
