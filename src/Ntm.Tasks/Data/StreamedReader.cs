namespace Ntm.Tasks;

/// <summary>Reads streamed sequences, one epoch after the other. It keeps a window of them, within which they are put into the order of the options.</summary>
internal sealed class StreamedReader(StreamedSequences data, ulong stream, EpochOrder order) : SequenceReader(stream)
{
    private readonly List<Sequence> _window = new(data.Window);
    private IEnumerator<Sequence>? _rest;
    private int[] _order = [];
    private long _epoch;
    private long _windowStart;
    private long? _count;

    public override void Read(long index, SequenceBuffer sequence)
    {
        var place = Seek(index);
        _window[_order[place]].CopyTo(sequence);
    }

    public override string NameOf(long index)
    {
        var place = Seek(index);
        return $"sequence {_windowStart + _order[place]} of the stream";
    }

    public override void Dispose()
    {
        _rest?.Dispose();
        _rest = null;
    }

    /// <summary>Reads on, or from the start again, until the window has a sequence.</summary>
    /// <returns>Its position in the window.</returns>
    private int Seek(long index)
    {
        while (true)
        {
            // Until the first epoch has ended, its number of sequences is unknown and every sequence is looked for in it.
            var (epoch, position) = _count is { } count ? Math.DivRem(index, count) : (0, index);
            if (_rest is null || epoch != _epoch || position < _windowStart)
                Begin(epoch);
            while (position >= _windowStart + _window.Count && NextWindow())
            {
            }

            if (position < _windowStart + _window.Count)
                return (int)(position - _windowStart);
            if (_windowStart == 0)
                throw new InvalidOperationException("The stream of sequences is empty; expected at least one in every epoch.");
            _count = _windowStart;
        }
    }

    private void Begin(long epoch)
    {
        _rest?.Dispose();
        _rest = data.Sequences.GetEnumerator();
        (_epoch, _windowStart) = (epoch, 0);
        _window.Clear();
    }

    /// <returns>Whether there was another sequence.</returns>
    private bool NextWindow()
    {
        _windowStart += _window.Count;
        _window.Clear();
        while (_window.Count < data.Window && _rest!.MoveNext())
        {
            data.Check(_rest.Current, _windowStart + _window.Count);
            _window.Add(_rest.Current);
        }

        ThrowIfOtherCount();
        if (_order.Length != _window.Count)
            _order = new int[_window.Count];
        // Every window has random numbers of its own, which depend on the place of the window alone.
        var random = new TaskRandom(new TaskRandom(Stream, _epoch).NextUInt64(), _windowStart);
        order.Fill(_order, _epoch * (_count ?? 0) + _windowStart, random, i => _window[i].Steps);
        return _window.Count > 0;
    }

    /// <exception cref="InvalidOperationException">The epoch has another number of sequences than the first one.</exception>
    private void ThrowIfOtherCount()
    {
        if (_count is not { } count)
            return;
        var read = _windowStart + _window.Count;
        var hasEnded = _window.Count < data.Window || (read >= count && !_rest!.MoveNext());
        if (read > count || (hasEnded && read < count) || (!hasEnded && read == count))
        {
            throw new InvalidOperationException(
                $"The stream of sequences has {(read < count ? $"{read}" : $"more than {count}")} in epoch {_epoch}; expected {count}, as in its first epoch.");
        }
    }
}
