using static TorchSharp.torch;

namespace Ntm.Tasks.Tests;

public class CopyTaskTests
{
    [Fact]
    public void Sizes_and_name_are_the_papers()
    {
        var task = new CopyTask();
        Assert.Equal(("copy", 9, 8), (task.Name, task.InputSize, task.OutputSize));
        Assert.Equal(new TaskGoal(0.01, 0), task.Goal);
    }

    [Theory]
    [InlineData(8, 1, 20)]
    [InlineData(3, 4, 4)]
    [InlineData(70, 1, 2)]
    public void Every_cell_of_a_sequence_is_the_one_that_the_paper_says(int width, int min, int max)
    {
        var task = new CopyTask(new CopyOptions { Width = width, MinLength = min, MaxLength = max });
        var buffer = new BatchBuffer(task);
        for (var i = 0; i < 200; i++)
        {
            buffer.Fill(3, i, 1);
            var length = (buffer.Steps - 1) / 2;
            Assert.Equal(2 * length + 1, buffer.Steps);
            Assert.InRange(length, min, max);
            for (var t = 0; t < buffer.Steps; t++)
            {
                var input = buffer.Inputs.Slice(t * (width + 1), width + 1);
                var target = buffer.Targets.Slice(t * width, width);
                var (data, delimiter) = (input[..width].ToArray(), input[width]);
                Assert.All(data, bit => Assert.True(bit is 0 or 1));
                Assert.Equal(t == length ? 1 : 0, delimiter);
                if (t >= length)
                    Assert.All(data, bit => Assert.Equal(0, bit));
                Assert.Equal(t > length ? 1 : 0, buffer.Mask[t]);
                // Target: the data on the last L steps, zeros before.
                var expected = t > length ? buffer.Inputs.Slice((t - length - 1) * (width + 1), width).ToArray() : new float[width];
                Assert.Equal(expected, target.ToArray());
            }
        }
    }

    [Fact]
    public void A_hand_written_sequence_has_this_layout()
    {
        // Width 1 and length 2: the data are the only unknowns.
        using var scope = NewDisposeScope();
        var batch = new CopyTask(new CopyOptions { Width = 1, MinLength = 2, MaxLength = 2 }).Batch(1, 0, 1);
        var inputs = batch.Inputs.data<float>().ToArray();
        var (a, b) = (inputs[0], inputs[2]);
        Assert.Equal([5, 1, 2], batch.Inputs.shape);
        Assert.Equal([a, 0, b, 0, 0, 1, 0, 0, 0, 0], inputs);
        Assert.Equal([0, 0, 0, a, b], batch.Targets.data<float>().ToArray());
        Assert.Equal([0, 0, 0, 1, 1], batch.Mask.data<float>().ToArray());
    }

    [Theory]
    [InlineData(nameof(CopyOptions.Width), 0, "CopyOptions.Width is 0; it must be at least 1 and at most 4096.")]
    [InlineData(nameof(CopyOptions.Width), 4097, "CopyOptions.Width is 4097; it must be at least 1 and at most 4096.")]
    [InlineData(nameof(CopyOptions.MinLength), 0, "CopyOptions.MinLength is 0; it must be at least 1 and at most 1000000.")]
    [InlineData(nameof(CopyOptions.MaxLength), 1000001, "CopyOptions.MaxLength is 1000001; it must be at least 1 and at most 1000000.")]
    [InlineData(nameof(CopyOptions.MinLength), 21, "CopyOptions.MaxLength is 20; it must be at least MinLength = 21.")]
    public void Options_out_of_range_are_refused_by_name_value_and_range(string property, int value, string message)
    {
        var options = new CopyOptions();
        typeof(CopyOptions).GetProperty(property)!.SetValue(options, value);
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(nameof(options), () => new CopyTask(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_changed_later_do_not_change_the_task()
    {
        var options = new CopyOptions { Width = 4 };
        var task = new CopyTask(options);
        options.Width = 5;
        Assert.Equal((5, 4), (task.InputSize, task.OutputSize));
    }
}
