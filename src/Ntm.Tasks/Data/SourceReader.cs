namespace Ntm.Tasks;

/// <summary>Reads a source: for training one epoch after the other, otherwise once. It keeps the order of one epoch.</summary>
internal sealed class SourceReader(SequenceSource source, ulong stream, EpochOrder order) : SequenceReader(stream)
{
    private readonly int[] _order = new int[source.Count];
    private readonly bool _repeats = SequenceStreams.PartOf(stream) == DataPart.Training;
    private long _epoch = -1;

    public override void Read(long index, SequenceBuffer sequence) => source.Read(IndexOf(index), sequence);

    public override string NameOf(long index) => source.NameOf(IndexOf(index));

    public override void Dispose()
    {
    }

    private int IndexOf(long index)
    {
        var (epoch, position) = Math.DivRem(index, _order.Length);
        // Evaluations must not count a sequence twice.
        if (epoch > 0 && !_repeats)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The part has {_order.Length} sequences, which are read once; expected 0 to {_order.Length - 1}.");
        if (epoch != _epoch)
        {
            // If the lengths cannot be read, there is no order.
            _epoch = -1;
            order.Fill(_order, epoch * _order.Length, new TaskRandom(Stream, epoch), source.StepsOf);
            _epoch = epoch;
        }

        return _order[position];
    }
}
