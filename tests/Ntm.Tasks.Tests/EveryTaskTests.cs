namespace Ntm.Tasks.Tests;

/// <summary>Properties of the sequences of every task.</summary>
public class EveryTaskTests
{
    public static TheoryData<string> Names => [.. Tasks.Keys];

    private static readonly Dictionary<string, SequenceTask> Tasks = new SequenceTask[]
    {
        new CopyTask(), new RepeatCopyTask(), new AssociativeRecallTask(), new NGramTask(), new PrioritySortTask(),
    }.ToDictionary(task => task.Name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Sequences_depend_on_seed_and_index_alone_whatever_the_order_batch_size_and_thread(string name)
    {
        const int Count = 96;
        var task = Tasks[name];
        var expected = new (float[] Inputs, float[] Targets, float[] Mask)[Count];
        var one = new BatchBuffer(task);
        for (var i = 0; i < Count; i++)
        {
            one.Fill(9, i, 1);
            expected[i] = (one.Inputs.ToArray(), one.Targets.ToArray(), one.Mask.ToArray());
        }

        Assert.True(expected.Select(e => string.Concat(e.Inputs)).Distinct().Count() > Count / 2, "sequences differ");
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var index = i * 37 % Count; // another order, in which each occurs once
            var (own, size) = (new BatchBuffer(task), 1 + index % 5);
            own.Fill(8, index, size); // what was in the buffer before does not matter
            own.Fill(9, index, size);
            Assert.Equal(expected[index].Inputs, First(own.Inputs, own, task.InputSize));
            Assert.Equal(expected[index].Targets, First(own.Targets, own, task.OutputSize));
            Assert.Equal(expected[index].Mask, First(own.Mask, own, 1));
        });

        // The rows of the batch's first sequence.
        static float[] First(ReadOnlySpan<float> values, BatchBuffer batch, int width)
        {
            var rows = new float[batch.Lengths[0] * width];
            for (var t = 0; t < batch.Lengths[0]; t++)
                values.Slice(t * batch.BatchSize * width, width).CopyTo(rows.AsSpan(t * width));
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Drawing_allocates_nothing_once_the_buffer_has_grown(string name)
    {
        var buffer = new BatchBuffer(Tasks[name]);
        Fill();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fill();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Fill()
        {
            for (var i = 0; i < 100; i++)
                buffer.Fill(1, 16 * i, 16);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_number_is_finite_and_targets_are_bits_that_count_only_where_the_mask_is_1(string name)
    {
        var task = Tasks[name];
        var batch = new BatchBuffer(task);
        batch.Fill(2, 0, 300);
        foreach (var x in batch.Inputs)
            Assert.True(float.IsFinite(x));
        for (var row = 0; row < batch.Mask.Length; row++)
        {
            Assert.True(batch.Mask[row] is 0 or 1);
            foreach (var y in batch.Targets.Slice(row * task.OutputSize, task.OutputSize))
                Assert.True(y == 0 || (y == 1 && batch.Mask[row] == 1));
        }

        for (var b = 0; b < 300; b++)
            Assert.Equal(1, batch.Mask[(batch.Lengths[b] - 1) * 300 + b]); // the last step counts: nothing is computed for nothing
    }
}
