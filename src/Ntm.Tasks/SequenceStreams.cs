namespace Ntm.Tasks;

/// <summary>
/// The numbers of streams of sequences, which tasks get as seeds. A stream is a part of the data and a seed. No two streams have the same number, so tasks
/// that generate their sequences may ignore the part.
/// </summary>
public static class SequenceStreams
{
    // A power of two, so that the parts of all seeds of 32 bits fit, and one more part would not change the numbers.
    private const int Parts = 4;

    /// <summary>Returns the number of a stream.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="part">The part of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="part"/> is not a value of the enum.</exception>
    public static ulong Of(int seed, DataPart part) => Enum.IsDefined(part)
        ? Parts * (ulong)(uint)seed + (ulong)part
        : throw new ArgumentOutOfRangeException(nameof(part), part, $"The part is {(int)part}; expected a value of {nameof(DataPart)}.");

    /// <summary>Returns the part of the data that a stream is of.</summary>
    /// <param name="stream">The number of a stream.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stream"/> is not a number that <see cref="Of"/> returns for any seed.</exception>
    public static DataPart PartOf(ulong stream) => (DataPart)(stream % Parts) is var part && Enum.IsDefined(part)
        ? part
        : throw new ArgumentOutOfRangeException(
            nameof(stream), stream, $"The stream {stream} is of no part of the data; expected a number from {nameof(SequenceStreams)}.{nameof(Of)}.");
}
