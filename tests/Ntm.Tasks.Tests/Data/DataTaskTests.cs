using Ntm.Core;

namespace Ntm.Tasks.Tests.Data;

/// <summary>The order in which a data set is read, and its parts.</summary>
public class DataTaskTests
{
    private long _reads;

    [Fact]
    public void Every_epoch_has_every_sequence_once_in_another_order()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(50)), Numbered.All());
        var epochs = Numbered.Read(task, Numbered.Training(), 0, 200).Chunk(50).ToList();
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, 50), epoch.Order()));
        Assert.Equal(4, epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count());
        Assert.NotEqual(epochs[0], Numbered.Read(task, Numbered.Training(seed: 2), 0, 50));
    }

    [Fact]
    public void Without_shuffling_every_epoch_is_in_the_order_of_the_data()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(10)), Numbered.All(o => o.Shuffle = false));
        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(0, 10), 0, 1, 2], Numbered.Read(task, Numbered.Training(), 0, 23));
    }

    [Fact]
    public void All_orders_of_an_epoch_are_equally_likely()
    {
        // 24 orders, 24,000 epochs: the statistic has 23 degrees of freedom, so a mean of 23 and a deviation of 6.8.
        var task = new DataTask("mine", new SequenceList(Numbered.Many(4)), Numbered.All());
        var counts = Numbered.Read(task, Numbered.Training(seed: 5), 0, 96_000, batchSize: 1_000).Chunk(4).CountBy(epoch => string.Join(' ', epoch)).ToList();
        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Sum(c => (c.Value - 1_000.0) * (c.Value - 1_000.0) / 1_000), 5, 55);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, 4)]
    [InlineData(false, 4)]
    public void Sequence_i_is_the_same_whatever_was_read_before(bool shuffles, int similar)
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(30, i => 1 + i * 7 % 11)), Numbered.All(o => (o.Shuffle, o.SimilarLengths) = (shuffles, similar)));
        var all = Numbered.Read(task, Numbered.Training(), 0, 100);
        foreach (var first in (int[])[99, 0, 31, 30, 29, 60])
            Assert.Equal(all[first], Numbered.Read(task, Numbered.Training(), first, 1).Single());
        Assert.Equal(all[17..90], Numbered.Read(task, Numbered.Training(), 17, 73, batchSize: 5));
        using var buffer = new BatchBuffer(task);
        foreach (var i in (int[])[70, 3, 45, 3])
        {
            buffer.Fill(Numbered.Training(), i, 1);
            Assert.Equal(all[i], buffer.Inputs[0]);
            buffer.Fill(Numbered.Training(8), i, 1);
        }
    }

    [Theory]
    [InlineData(400, 8)]
    [InlineData(403, 8)]
    [InlineData(37, 5)]
    [InlineData(3, 8)]
    public void Batches_are_of_similar_lengths_and_no_sequence_is_lost(int count, int batchSize)
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(count, i => 1 + i * 13 % 40)), Numbered.All(o => o.SimilarLengths = batchSize));
        var plain = new DataTask("mine", new SequenceList(Numbered.Many(count, i => 1 + i * 13 % 40)), Numbered.All());
        var epochs = Numbered.Read(task, Numbered.Training(), 0, 3 * count).Chunk(count).ToList();
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, count), epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        if (count > 300)
            Assert.InRange(Padding(task), 0, 0.3 * Padding(plain));

        int Padding(DataTask data)
        {
            using var batch = new BatchBuffer(data);
            var padding = 0;
            for (var i = 0; i + batchSize <= 3 * count; i += batchSize)
            {
                batch.Fill(Numbered.Training(), i, batchSize);
                foreach (var length in batch.Lengths)
                    padding += batch.Steps - length;
            }

            return padding;
        }
    }

    [Fact]
    public void Groups_of_similar_lengths_are_not_in_the_order_of_their_lengths()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(64, i => 1 + i)), Numbered.All(o => o.SimilarLengths = 8));
        var lengths = Numbered.Read(task, Numbered.Training(), 0, 64).Chunk(8).Select(group => group.Min()).ToList();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 8 * i), lengths.Order());
        Assert.NotEqual(lengths.Order(), lengths);
    }

    [Fact]
    public void Validation_and_test_are_read_in_their_order_for_every_seed()
    {
        var task = new DataTask(
            "mine", new SequenceList(Numbered.Many(5)), validation: new SequenceList(Numbered.Many(9)[5..]), test: new SequenceList(Numbered.Many(20)[9..]));
        Assert.Equal((5, 4, 11), (task.CountOf(DataPart.Training), task.CountOf(DataPart.Validation), task.CountOf(DataPart.Test)));
        foreach (var seed in (int[])[0, 1, int.MaxValue])
        {
            Assert.Equal([5, 6, 7, 8], Numbered.Read(task, Numbered.Validation(seed), 0, 4));
            Assert.Equal(Enumerable.Range(9, 11), Numbered.Read(task, Numbered.Test(seed), 0, 11));
        }
    }

    [Fact]
    public void No_sequence_of_validation_and_test_is_read_twice()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(5)), validation: new SequenceList(Numbered.Many(4)), test: new SequenceList(Numbered.Many(2)));
        foreach (var (stream, first, count) in ((ulong, int, int)[])[(Numbered.Validation(), 0, 5), (Numbered.Validation(), 4, 1), (Numbered.Test(), 1, 2)])
        {
            var exception = Assert.Throws<ArgumentOutOfRangeException>("index", () => Numbered.Read(task, stream, first, count));
            Assert.StartsWith("The part has ", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Several_threads_may_read_one_task()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(60)), Numbered.All(o => o.SimilarLengths = 4));
        var expected = Enumerable.Range(0, 4).Select(seed => Numbered.Read(task, Numbered.Training(seed), 0, 300)).ToList();
        Parallel.For(0, 16, i => Assert.Equal(expected[i % 4], Numbered.Read(task, Numbered.Training(i % 4), 0, 300, batchSize: 1 + i)));
    }

    [Fact]
    public void Reading_allocates_next_to_nothing()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(64)), Numbered.All());
        using var buffer = new BatchBuffer(task);
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Read();
        // A delegate for each of 100 epochs; a batch of 8 sequences has more than 200 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 200);

        void Read()
        {
            for (var first = 0; first < 64; first += 8)
                buffer.Fill(Numbered.Training(), first + 64 * _reads, 8);
            _reads++;
        }
    }

    [Fact]
    public void Shares_divide_the_training_part_once_for_all_seeds()
    {
        DataTask Task(int split) => new("mine", new SequenceList(Numbered.Many(40)), new DataTaskOptions { ValidationShare = 0.25, TestShare = 0.1, SplitSeed = split });
        var task = Task(0);
        Assert.Equal((26, 10, 4), (task.CountOf(DataPart.Training), task.CountOf(DataPart.Validation), task.CountOf(DataPart.Test)));
        var (training, validation, test) =
            (Numbered.Read(task, Numbered.Training(), 0, 26), Numbered.Read(task, Numbered.Validation(), 0, 10), Numbered.Read(task, Numbered.Test(), 0, 4));
        Assert.Equal(Enumerable.Range(0, 40), training.Concat(validation).Concat(test).Order());
        Assert.Equal(validation.Order(), validation);
        Assert.NotEqual(Enumerable.Range(0, 10), validation);
        Assert.Equal(training.Order(), Numbered.Read(task, Numbered.Training(3), 0, 26).Order());
        Assert.Equal(validation, Numbered.Read(task, Numbered.Validation(3), 0, 10));
        Assert.NotEqual(validation, Numbered.Read(Task(1), Numbered.Validation(), 0, 10));
    }

    [Fact]
    public void A_tenth_is_held_out_for_validation_if_nothing_else_is_said()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(40)));
        Assert.Equal((36, 4, 0), (task.CountOf(DataPart.Training), task.CountOf(DataPart.Validation), task.CountOf(DataPart.Test)));
        var few = new DataTask("mine", new SequenceList(Numbered.Many(2)));
        Assert.Equal((1, 1), (few.CountOf(DataPart.Training), few.CountOf(DataPart.Validation)));
        var one = new DataTask("mine", new SequenceList(Numbered.Many(1)));
        Assert.Equal((1, 0), (one.CountOf(DataPart.Training), one.CountOf(DataPart.Validation)));
        var given = new DataTask("mine", new SequenceList(Numbered.Many(40)), validation: new SequenceList(Numbered.Many(1)));
        Assert.Equal((40, 1), (given.CountOf(DataPart.Training), given.CountOf(DataPart.Validation)));
    }

    [Fact]
    public void A_part_that_is_not_there_is_refused()
    {
        var task = new DataTask("mine", new SequenceList(Numbered.Many(4)), Numbered.All());
        Assert.Equal("The task mine has no test part; expected one, or a DataTaskOptions.TestShare above 0.",
            Assert.Throws<InvalidOperationException>(() => Numbered.Read(task, Numbered.Test(), 0, 1)).Message);
        Assert.Equal("The task mine has no validation part; expected one, or a DataTaskOptions.ValidationShare above 0.",
            Assert.Throws<InvalidOperationException>(() => Numbered.Read(task, Numbered.Validation(), 0, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("stream", () => Numbered.Read(task, 3, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("part", () => task.CountOf((DataPart)3));
    }

    [Fact]
    public void A_value_that_the_loss_does_not_admit_is_refused_by_its_place_in_the_data()
    {
        Sequence[] sequences = [.. Numbered.Many(10)];
        sequences[7] = new Sequence([[7, 0], [7, 1]], [[0], [2]]);
        var task = new DataTask("mine", new SequenceList(sequences), Numbered.All());
        const string Expected = "The task mine drew the target 2 in sequence 7 (training part), step 1, channel 0; expected 0 to 1.";
        Assert.Equal(Expected, Assert.Throws<InvalidOperationException>(() => Numbered.Read(task, Numbered.Training(), 0, 10)).Message);
        Assert.Equal(Expected, Assert.Throws<InvalidOperationException>(task.CheckAll).Message);
        var validation = new DataTask("mine", new SequenceList(Numbered.Many(3)), validation: new SequenceList(sequences));
        Assert.Equal(Expected.Replace("training", "validation", StringComparison.Ordinal), Assert.Throws<InvalidOperationException>(validation.CheckAll).Message);
        new DataTask("mine", new SequenceList(sequences), Numbered.All(o => o.Loss = LossKind.SquaredError)).CheckAll();
    }

    [Fact]
    public void Classes_have_the_softmax_and_vectors_have_bits_if_nothing_else_is_said()
    {
        var classes = new DataTask("mine", new SequenceList([Sequence.WithClasses([[0]], [1])], 4));
        Assert.Equal((LossKind.SoftmaxCrossEntropy, 4), (classes.Loss, classes.OutputSize));
        Assert.Equal(LossKind.BinaryCrossEntropy, new DataTask("mine", new SequenceList(Numbered.Many(2))).Loss);
    }

    public static TheoryData<string, Func<DataTask>> Faults => new()
    {
        { "DataTaskOptions.ValidationShare is 1; it must be at least 0 and less than 1.", () => Task(o => o.ValidationShare = 1) },
        { "DataTaskOptions.TestShare is NaN; it must be at least 0 and less than 1.", () => Task(o => o.TestShare = double.NaN) },
        { "DataTaskOptions.SimilarLengths is -1; it must be at least 0 and at most 65536.", () => Task(o => o.SimilarLengths = -1) },
        { "DataTaskOptions.SplitSeed is -1; it must be", () => Task(o => o.SplitSeed = -1) },
        { "DataTaskOptions.ValidationShare is 0.5; it must be null where there is a validation part.",
            () => new DataTask("mine", List(), new DataTaskOptions { ValidationShare = 0.5 }, List()) },
        { "DataTaskOptions.TestShare is 0.5; it must be null where there is a test part.",
            () => new DataTask("mine", List(), new DataTaskOptions { TestShare = 0.5 }, List(), List()) },
        { "DataTaskOptions.ValidationShare is 0.5; it must be null where the training part is a stream, of which nothing can be held out.",
            () => new DataTask("mine", new StreamedSequences(Numbered.Many(3)), new DataTaskOptions { ValidationShare = 0.5 }) },
        { "ValidationShare 0.5 and TestShare 0.5 take 2 and 2 of 4 sequences; expected some to be left to train on.",
            () => Task(o => (o.ValidationShare, o.TestShare) = (0.5, 0.5)) },
        { "validation has InputSize 1 and OutputSize 1; expected 2 and 1, like training.",
            () => new DataTask("mine", List(), validation: new SequenceList([new Sequence([[1]], [[1]])])) },
        { "test has InputSize 2 and OutputSize 2; expected 2 and 1, like training.",
            () => new DataTask("mine", List(), test: new SequenceList([new Sequence([[1, 1]], [[1, 1]])])) },
        { "DataTaskOptions.ChannelGroups is ChannelGroup { Name = a, First = 1, Count = 1",
            () => Task(o => o.ChannelGroups = [new ChannelGroup("a", 1, 1)]) },
        { "DataTaskOptions.ChannelGroups is groups of 2 channels; it must be groups of the 1 channels of a target.",
            () => Task(o => o.ChannelGroups = [new ChannelGroup("a", 0, 1), new ChannelGroup("b", 1, 1)]) },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Options_and_parts_that_contradict_each_other_are_refused(string message, Func<DataTask> create) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(create).Message, StringComparison.Ordinal);

    [Fact]
    public void Data_and_name_are_required()
    {
        Assert.Throws<ArgumentNullException>("training", () => new DataTask("mine", null!));
        Assert.Throws<ArgumentException>("name", () => new DataTask(" ", List()));
    }

    [Fact]
    public void Options_are_copied()
    {
        var options = new DataTaskOptions { ChannelGroups = [new ChannelGroup("a", 0, 1)], Goal = new TaskGoal(1, 2) };
        var task = new DataTask("mine", List(), options);
        (options.ChannelGroups, options.Goal, options.Shuffle) = ([], null, false);
        Assert.Equal("a", task.ChannelGroups.Single().Name);
        Assert.Equal(new TaskGoal(1, 2), task.Goal);
    }

    [Fact]
    public void Other_data_and_another_order_are_another_fingerprint()
    {
        string[] fingerprints =
        [
            Task(_ => { }).Fingerprint, Task(o => o.Shuffle = false).Fingerprint, Task(o => o.SimilarLengths = 2).Fingerprint, Task(o => o.SplitSeed = 2).Fingerprint,
            Task(o => o.ValidationShare = 0.5).Fingerprint, new DataTask("mine", new SequenceList(Numbered.Many(5))).Fingerprint,
            new DataTask("mine", List(), validation: List()).Fingerprint,
        ];
        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.Equal(fingerprints[0], Task(_ => { }).Fingerprint);
    }

    private static SequenceList List() => new(Numbered.Many(4));

    private static DataTask Task(Action<DataTaskOptions> change)
    {
        var options = new DataTaskOptions();
        change(options);
        return new DataTask("mine", List(), options);
    }
}
