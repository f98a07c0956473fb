namespace Ntm.Tasks;

/// <summary>
/// Sequences that are read from front to back, for data that are larger than memory or come from elsewhere. Only a window of them is in memory.
/// </summary>
/// <remarks>
/// Every epoch enumerates the sequences from the start, and must find the same sequences in the same order. A training that resumes enumerates and skips
/// those that it has seen: at most two epochs. Sequences are shuffled, and their lengths compared, within the window.
/// </remarks>
public sealed class StreamedSequences : SequenceData
{
    private const int FingerprintSequences = 16;

    private readonly SequenceShape _shape;

    /// <summary>Creates a stream. The first sequence is read at once, to know the widths.</summary>
    /// <param name="sequences">The sequences, at least one, all of the widths of the first; of any lengths. Each enumeration begins with the first
    /// sequence. It may be without end.</param>
    /// <param name="classes">The number of classes, if the sequences have classes; otherwise <see langword="null"/>.</param>
    /// <param name="window">The number of sequences in memory; at least 1.</param>
    /// <exception cref="ArgumentException">There is no sequence, or <paramref name="classes"/> does not fit the first one.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> or <paramref name="window"/> is below 1.</exception>
    public StreamedSequences(IEnumerable<Sequence> sequences, int? classes = null, int window = 1_000)
        : this(sequences, SequenceShape.Of(First(sequences), classes), window)
    {
    }

    private StreamedSequences(IEnumerable<Sequence> sequences, SequenceShape shape, int window)
        : base(shape.InputSize, shape.OutputSize, shape.HasClasses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        (Sequences, _shape, Window) = (sequences, shape, window);
    }

    /// <summary>The number of sequences in memory.</summary>
    public int Window { get; }

    /// <inheritdoc />
    /// <value>A hash of the widths, of the window, and of the first 16 sequences.</value>
    public override string Fingerprint => $"{SequenceHash.Of(this, Sequences.Take(FingerprintSequences).Select(Checked))} {Window}";

    internal IEnumerable<Sequence> Sequences { get; }

    /// <exception cref="InvalidOperationException">The sequence does not fit the others.</exception>
    internal void Check(Sequence? sequence, long index)
    {
        if (_shape.Fault(sequence) is { } fault)
            throw new InvalidOperationException($"Sequence {index} of the stream {fault}");
    }

    internal override SequenceReader NewReader(ulong stream, EpochOrder order) => new StreamedReader(this, stream, order);

    private Sequence Checked(Sequence sequence, int index)
    {
        Check(sequence, index);
        return sequence;
    }

    private static Sequence First(IEnumerable<Sequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        using var enumerator = sequences.GetEnumerator();
        if (!enumerator.MoveNext())
            throw new ArgumentException("sequences is empty; expected at least one sequence.", nameof(sequences));
        return enumerator.Current ?? throw new ArgumentException("The first of sequences is null; expected a sequence.", nameof(sequences));
    }
}
