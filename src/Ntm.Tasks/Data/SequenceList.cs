namespace Ntm.Tasks;

/// <summary>Sequences in memory.</summary>
public sealed class SequenceList : SequenceSource
{
    private readonly Sequence[] _sequences;

    /// <summary>Creates a list.</summary>
    /// <param name="sequences">The sequences, at least one, all of the widths of the first; of any lengths.</param>
    /// <param name="classes">The number of classes, if the sequences have classes; otherwise <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">There is no sequence, or one that does not fit. The message names its index, what was found and what was
    /// expected.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 1.</exception>
    public SequenceList(IEnumerable<Sequence> sequences, int? classes = null)
        : this(NotEmpty(sequences), classes)
    {
    }

    private SequenceList(Sequence[] sequences, int? classes)
        : this(sequences, SequenceShape.Of(sequences[0], classes))
    {
    }

    private SequenceList(Sequence[] sequences, SequenceShape shape)
        : base(shape.InputSize, shape.OutputSize, shape.HasClasses)
    {
        for (var i = 0; i < sequences.Length; i++)
            if (shape.Fault(sequences[i]) is { } fault)
                throw new ArgumentException($"sequences[{i}] {fault}", nameof(sequences));
        _sequences = sequences;
    }

    /// <inheritdoc />
    public override int Count => _sequences.Length;

    /// <inheritdoc />
    /// <value>A hash of all sequences.</value>
    public override string Fingerprint => SequenceHash.Of(this, int.MaxValue);

    /// <inheritdoc />
    public override int StepsOf(int index) => _sequences[index].Steps;

    /// <inheritdoc />
    public override void Read(int index, SequenceBuffer sequence) => _sequences[index].CopyTo(sequence);

    private static Sequence[] NotEmpty(IEnumerable<Sequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        Sequence[] all = [.. sequences];
        if (all.Length == 0)
            throw new ArgumentException("sequences is empty; expected at least one sequence.", nameof(sequences));
        return all[0] is null ? throw new ArgumentException("sequences[0] is null; expected a sequence.", nameof(sequences)) : all;
    }
}
