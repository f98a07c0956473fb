using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>
/// The streams of sequences that a seed stands for. The sequences for training, for deciding when to stop and for reporting never come
/// from the same stream, whatever the seeds.
/// </summary>
public static class SequenceSeeds
{
    /// <summary>The stream that is trained on.</summary>
    /// <param name="seed">The seed of a training.</param>
    public static ulong Training(int seed) => SequenceStreams.Of(seed, DataPart.Training);

    /// <summary>The stream that decides whether a task is solved.</summary>
    /// <param name="seed">The seed of a training.</param>
    public static ulong Validation(int seed) => SequenceStreams.Of(seed, DataPart.Validation);

    /// <summary>The stream that results are reported on.</summary>
    /// <param name="seed">The seed of an evaluation.</param>
    public static ulong HeldOut(int seed) => SequenceStreams.Of(seed, DataPart.Test);
}
