namespace Ntm.Tasks;

/// <summary>Reads the sequences of one stream. Not for several threads: every buffer has its own.</summary>
/// <param name="stream">The stream, see <see cref="SequenceStreams"/>.</param>
internal abstract class SequenceReader(ulong stream) : IDisposable
{
    public ulong Stream { get; } = stream;

    /// <summary>Reads a sequence.</summary>
    /// <param name="index">The index in the stream, over all epochs.</param>
    /// <param name="sequence">Receives the sequence.</param>
    public abstract void Read(long index, SequenceBuffer sequence);

    /// <summary>Returns the name of a sequence in messages.</summary>
    /// <param name="index">The index in the stream, over all epochs.</param>
    public abstract string NameOf(long index);

    public abstract void Dispose();
}
