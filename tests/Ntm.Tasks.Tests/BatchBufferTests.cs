using Ntm.Tasks.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Tasks.Tests;

public class BatchBufferTests
{
    [Fact]
    public void A_batch_is_its_sequences_padded_with_zeros_that_do_not_count()
    {
        var task = new CopyTask(new CopyOptions { Width = 3, MaxLength = 6 });
        var (batch, single) = (new BatchBuffer(task), new BatchBuffer(task));
        batch.Fill(7, 100, 9);
        Assert.Equal(batch.Lengths.ToArray().Max(), batch.Steps);
        Assert.True(batch.Lengths.ToArray().Distinct().Count() > 2, "lengths are mixed");
        for (var b = 0; b < 9; b++)
        {
            single.Fill(7, 100 + b, 1);
            Assert.Equal(single.Steps, batch.Lengths[b]);
            for (var t = 0; t < batch.Steps; t++)
            {
                var within = t < single.Steps;
                Assert.Equal(within ? single.Inputs.Slice(t * 4, 4).ToArray() : new float[4], batch.Inputs.Slice((t * 9 + b) * 4, 4).ToArray());
                Assert.Equal(within ? single.Targets.Slice(t * 3, 3).ToArray() : new float[3], batch.Targets.Slice((t * 9 + b) * 3, 3).ToArray());
                Assert.Equal(within ? single.Mask[t] : 0, batch.Mask[t * 9 + b]);
            }
        }
    }

    [Fact]
    public void A_buffer_filled_again_holds_nothing_of_what_was_in_it()
    {
        var task = new CopyTask(new CopyOptions { MaxLength = 15 });
        var used = new BatchBuffer(task);
        for (var i = 0; i < 50; i++)
        {
            var size = 1 + i * 7 % 13;
            used.Fill(3, 11 * i, size);
            var fresh = new BatchBuffer(task);
            fresh.Fill(3, 11 * i, size);
            AssertSame(fresh, used);
        }
    }

    [Fact]
    public void Sequences_depend_on_seed_and_index_alone_whatever_the_order_batch_size_and_thread()
    {
        var task = new CopyTask();
        var expected = new float[64][];
        var buffer = new BatchBuffer(task);
        for (var i = 0; i < 64; i++)
        {
            buffer.Fill(9, i, 1);
            expected[i] = buffer.Inputs.ToArray();
        }

        Parallel.For(0, 64, i =>
        {
            var index = (i * 37) % 64; // another order
            var (own, size) = (new BatchBuffer(task), 1 + index % 5);
            own.Fill(9, index, size);
            Assert.Equal(expected[index], Enumerable.Range(0, own.Lengths[0]).SelectMany(t => own.Inputs.Slice(t * size * 9, 9).ToArray()));
        });
    }

    [Fact]
    public void Other_seeds_and_other_indices_give_other_sequences()
    {
        var buffer = new BatchBuffer(new CopyTask(new CopyOptions { Width = 64, MinLength = 2, MaxLength = 2 }));
        var seen = new HashSet<string>();
        for (var seed = 0UL; seed < 20; seed++)
        {
            for (var index = 0; index < 20; index++)
            {
                buffer.Fill(seed, index, 1);
                // 128 random bits: two alike among 400 happen once in 10^33.
                Assert.True(seen.Add(string.Concat(buffer.Targets.ToArray())), $"seed {seed}, index {index}");
            }
        }
    }

    [Fact]
    public void Batch_number_i_begins_at_sequence_i_times_the_batch_size()
    {
        using var scope = NewDisposeScope();
        var task = new CopyTask();
        var buffer = new BatchBuffer(task);
        buffer.Fill(4, 15, 5);
        var batch = task.Batch(4, 3, 5);
        Assert.Equal((buffer.Steps, 5L), (batch.Steps, batch.BatchSize));
        Assert.Equal(buffer.Inputs.ToArray(), batch.Inputs.data<float>().ToArray());
        Assert.Equal(buffer.Targets.ToArray(), batch.Targets.data<float>().ToArray());
        Assert.Equal(buffer.Mask.ToArray(), batch.Mask.data<float>().ToArray());
        Assert.Equal([buffer.Steps, 5, 9], batch.Inputs.shape);
        Assert.Equal([buffer.Steps, 5, 8], batch.Targets.shape);
        Assert.Equal([buffer.Steps, 5], batch.Mask.shape);
    }

    [Fact]
    public void Tensors_do_not_change_when_the_buffer_is_filled_again()
    {
        using var scope = NewDisposeScope();
        var buffer = new BatchBuffer(new CopyTask());
        buffer.Fill(4, 0, 5);
        var (expected, batch) = (buffer.Inputs.ToArray(), buffer.ToTensors());
        buffer.Fill(5, 0, 5);
        Assert.Equal(expected, batch.Inputs.data<float>().ToArray());
    }

    [Fact]
    public void Filling_allocates_nothing_once_the_buffer_has_grown()
    {
        var buffer = new BatchBuffer(new CopyTask());
        for (var i = 0; i < 200; i++)
            buffer.Fill(1, 16 * i, 16);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
            buffer.Fill(1, 16 * i, 16);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Wrong_arguments_are_refused_by_name()
    {
        var buffer = new BatchBuffer(new CopyTask());
        Assert.Throws<ArgumentNullException>("task", () => new BatchBuffer(null!));
        Assert.Throws<ArgumentOutOfRangeException>("first", () => buffer.Fill(1, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => buffer.Fill(1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => new CopyTask().Batch(1, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => new CopyTask().Batch(1, 5, -1));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => new CopyTask().Batch(1, 0, 0));
    }

    [Fact]
    public void A_task_of_ones_own_works()
    {
        var task = new EchoTask();
        var buffer = new BatchBuffer(task);
        buffer.Fill(1, 0, 50);
        Assert.Equal(4, buffer.Steps);
        for (var row = 0; row < buffer.Mask.Length; row++)
        {
            var (input, target, counts) = (buffer.Inputs[row], buffer.Targets.Slice(2 * row, 2).ToArray(), buffer.Mask[row] > 0);
            Assert.Equal(row / 50 < buffer.Lengths[row % 50], counts);
            Assert.Equal(counts ? [input, 1 - input] : [0, 0], target);
        }
    }

    [Fact]
    public void A_task_that_writes_no_sequence_is_refused_by_name()
    {
        var buffer = new BatchBuffer(new SilentTask());
        var exception = Assert.Throws<InvalidOperationException>(() => buffer.Fill(1, 0, 3));
        Assert.Contains("silent", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Begin", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_outside_the_sequence_are_refused()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>("step", () => new BatchBuffer(new OverrunningTask()).Fill(1, 0, 1));
        Assert.Contains("The sequence has 3 steps; expected 0 to 2.", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(BatchBuffer expected, BatchBuffer actual)
    {
        Assert.Equal((expected.Steps, expected.BatchSize), (actual.Steps, actual.BatchSize));
        Assert.True(expected.Inputs.SequenceEqual(actual.Inputs));
        Assert.True(expected.Targets.SequenceEqual(actual.Targets));
        Assert.True(expected.Mask.SequenceEqual(actual.Mask));
        Assert.True(expected.Lengths.SequenceEqual(actual.Lengths));
    }

    /// <summary>Writes the first requested sequence, and not the second.</summary>
    private sealed class SilentTask : SequenceTask
    {
        private bool _asked;

        public override string Name => "silent";

        public override int InputSize => 1;

        public override int OutputSize => 1;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            if (_asked)
                return;
            sequence.Begin(1);
            sequence.CountedTarget(0)[0] = 1;
            _asked = true;
        }
    }

    private sealed class OverrunningTask : SequenceTask
    {
        public override string Name => "overrunning";

        public override int InputSize => 1;

        public override int OutputSize => 1;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            sequence.Begin(3);
            sequence.CountedTarget(3)[0] = 1;
        }
    }
}
