namespace Ntm.Tasks.Tests.Data;

/// <summary>Sequences that are read from front to back.</summary>
public class StreamedSequencesTests
{
    [Theory]
    [InlineData(1_000, true, 0)]
    [InlineData(8, true, 0)]
    [InlineData(8, true, 2)]
    [InlineData(8, false, 0)]
    [InlineData(1, true, 0)]
    [InlineData(20, true, 0)]
    public void Every_epoch_has_every_sequence_once(int window, bool shuffles, int similar)
    {
        var task = Task(new StreamedSequences(Numbered.Many(20), window: window), o => (o.Shuffle, o.SimilarLengths) = (shuffles, similar));
        var all = Numbered.Read(task, Numbered.Training(), 0, 90);
        foreach (var epoch in all.Chunk(20).Take(4))
        {
            // Windows are read one after the other, and mixed within.
            foreach (var (numbers, first) in epoch.Chunk(window).Select((numbers, i) => (numbers, i * window)))
                Assert.Equal(Enumerable.Range(first, numbers.Length), numbers.Order());
        }

        Assert.Equal(!shuffles || window == 1, all.AsSpan(0, 20).SequenceEqual(all.AsSpan(20, 20)));
        // From anywhere, as a training that resumes begins.
        foreach (var first in (int[])[0, 19, 20, 21, 47, 89])
            Assert.Equal(all[first..], Numbered.Read(task, Numbered.Training(), first, 90 - first));
    }

    [Fact]
    public void A_stream_without_end_is_read_no_further_than_needed()
    {
        var read = 0;
        IEnumerable<Sequence> Endless()
        {
            for (var i = 0; ; i++)
            {
                read++;
                yield return Numbered.Of(i, 1);
            }
        }

        var task = Task(new StreamedSequences(Endless(), window: 10));
        Assert.Null(task.CountOf(DataPart.Training));
        Assert.Equal(1, read);
        read = 0;
        Assert.Equal(Enumerable.Range(0, 40), Numbered.Read(task, Numbered.Training(), 0, 35).Concat(Numbered.Read(task, Numbered.Training(), 35, 5)).Order());
        Assert.InRange(read, 40, 80);
    }

    [Fact]
    public void An_enumeration_is_closed_with_the_buffer()
    {
        var (opened, closed) = (0, 0);
        IEnumerable<Sequence> Watched()
        {
            opened++;
            try
            {
                foreach (var sequence in Numbered.Many(9))
                    yield return sequence;
            }
            finally
            {
                closed++;
            }
        }

        var task = Task(new StreamedSequences(Watched(), window: 2));
        Assert.Equal((1, 1), (opened, closed));
        using (var buffer = new BatchBuffer(task))
        {
            buffer.Fill(Numbered.Training(), 0, 3);
            Assert.Equal((2, 1), (opened, closed));
        }

        Assert.Equal((2, 2), (opened, closed));
        _ = Numbered.Read(task, Numbered.Training(), 0, 30);
        Assert.Equal(opened, closed);
    }

    [Theory]
    [InlineData(6, "The stream of sequences has 6 in epoch 1; expected 7, as in its first epoch.")]
    [InlineData(8, "The stream of sequences has more than 7 in epoch 1; expected 7, as in its first epoch.")]
    [InlineData(0, "The stream of sequences has 0 in epoch 1; expected 7, as in its first epoch.")]
    public void An_epoch_of_another_length_is_refused(int count, string message)
    {
        foreach (var window in (int[])[1, 3, 7, 100])
        {
            var enumerations = 0;
            IEnumerable<Sequence> Changing()
            {
                foreach (var sequence in Numbered.Many(enumerations++ < 2 ? 7 : count))
                    yield return sequence;
            }

            var task = Task(new StreamedSequences(Changing(), window: window));
            Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => Numbered.Read(task, Numbered.Training(), 0, 14)).Message);
        }
    }

    [Fact]
    public void A_sequence_that_does_not_fit_is_refused_by_its_number()
    {
        var task = Task(new StreamedSequences([.. Numbered.Many(4), new Sequence([[1]], [[1]])]));
        Assert.Equal("Sequence 4 of the stream has 1 input channels; expected 2, like the first sequence.",
            Assert.Throws<InvalidOperationException>(() => Numbered.Read(task, Numbered.Training(), 0, 5)).Message);
        var bad = Task(new StreamedSequences([.. Numbered.Many(4), new Sequence([[1, 1]], [[3]])]));
        Assert.Equal("The task mine drew the target 3 in sequence 4 of the stream (training part), step 0, channel 0; expected 0 to 1.",
            Assert.Throws<InvalidOperationException>(() => Numbered.Read(bad, Numbered.Training(), 0, 5)).Message);
    }

    [Fact]
    public void What_cannot_be_read_is_refused_at_once()
    {
        Assert.Throws<ArgumentNullException>("sequences", () => new StreamedSequences(null!));
        Assert.Throws<ArgumentException>("sequences", () => new StreamedSequences([]));
        Assert.Throws<ArgumentException>("sequences", () => new StreamedSequences([null!]));
        Assert.Throws<ArgumentOutOfRangeException>("window", () => new StreamedSequences(Numbered.Many(1), window: 0));
        Assert.Throws<ArgumentException>("classes", () => new StreamedSequences([Sequence.WithClasses([[0]], [0])]));
        Assert.Equal(3, new StreamedSequences([Sequence.WithClasses([[0]], [0])], 3).OutputSize);
        Assert.Throws<NotSupportedException>(() => Task(new StreamedSequences(Numbered.Many(1))).CheckAll());
    }

    [Fact]
    public void A_stream_that_is_empty_later_is_refused()
    {
        var enumerations = 0;
        IEnumerable<Sequence> Once() => enumerations++ == 0 ? Numbered.Many(1) : [];
        IEnumerable<Sequence> Lazy()
        {
            foreach (var sequence in Once())
                yield return sequence;
        }

        var task = Task(new StreamedSequences(Lazy()));
        Assert.Equal("The stream of sequences is empty; expected at least one in every epoch.",
            Assert.Throws<InvalidOperationException>(() => Numbered.Read(task, Numbered.Training(), 0, 1)).Message);
    }

    [Fact]
    public void Another_beginning_is_another_fingerprint()
    {
        var stream = new StreamedSequences(Numbered.Many(20));
        Assert.Equal(stream.Fingerprint, new StreamedSequences(Numbered.Many(20)).Fingerprint);
        Assert.NotEqual(stream.Fingerprint, new StreamedSequences(Numbered.Many(20), window: 5).Fingerprint);
        Assert.NotEqual(stream.Fingerprint, new StreamedSequences(Numbered.Many(21)[1..]).Fingerprint);
    }

    private static DataTask Task(StreamedSequences data, Action<DataTaskOptions>? change = null)
    {
        var options = new DataTaskOptions();
        change?.Invoke(options);
        return new DataTask("mine", data, options);
    }
}
