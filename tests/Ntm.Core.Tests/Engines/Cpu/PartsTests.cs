namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Parts of a batch that are computed separately give the bits of the whole batch.</summary>
public class PartsTests
{
    private static readonly NtmOptions Options = TrainingData.Options(writeHeads: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(33)]
    [InlineData(60)]
    [InlineData(83)]
    public void Ranges_of_parts_add_up_to_the_batch(int batch)
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var whole = new SequenceTrainingPass(machine, 2);
        var data = new TrainingData(Options, 7, batch, mixedLengths: true);
        var expected = data.Compute(whole);
        var gradient = whole.Gradient.ToArray();
        using var pass = new SequenceTrainingPass(machine, 1);
        var count = pass.PartsOf(batch);
        Assert.InRange(count, 1, 16);
        foreach (var ranges in (int[])[1, 2, 3, 5, 16])
        {
            var parts = new float[count][];
            var score = default(SequenceScore);
            for (var range = 0; range < ranges; range++)
            {
                var (first, end) = (count * range / ranges, count * (range + 1) / ranges);
                var scores = new SequenceScore[end - first];
                pass.ComputeParts(data.Inputs, data.Targets, data.Mask, data.Lengths, 7, batch, first, scores);
                score = scores.Aggregate(score, (sum, one) => sum + one);
                for (var part = first; part < end; part++)
                    parts[part] = JoinedInside(part, first, end, count) ? [] : pass.PartOf(part).ToArray();
            }

            Assert.True(pass.Complete(Sum(parts)));
            Assert.Equal(gradient, pass.Gradient.ToArray());
            Assert.Equal(expected, score);
        }
    }

    [Fact]
    public void Calls_out_of_order_and_parts_that_do_not_exist_are_refused()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine);
        var data = new TrainingData(Options, 3, 9);
        Assert.Equal(3, pass.PartsOf(9));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => pass.PartsOf(0));
        Assert.Contains("parts 0 to 2; expected 2 of them", Assert.Throws<ArgumentOutOfRangeException>("first", () => Compute(2, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("first", () => Compute(-1, 2));
        Assert.Throws<InvalidOperationException>(() => pass.Complete(new float[pass.PartLength]));
        Compute(1, 1);
        Assert.Equal(pass.PartLength, pass.PartOf(1).Length);
        Assert.Throws<ArgumentOutOfRangeException>("part", () => pass.PartOf(0).Length);
        Assert.Throws<ArgumentException>("sum", () => pass.Complete(new float[3]));
        data.Compute(pass);
        Assert.Throws<ArgumentOutOfRangeException>("part", () => pass.PartOf(1).Length);
        Assert.Throws<InvalidOperationException>(() => pass.Complete(new float[pass.PartLength]));

        void Compute(int first, int count) => pass.ComputeParts(data.Inputs, data.Targets, data.Mask, data.Lengths, 3, 9, first, new SequenceScore[count]);
    }

    /// <summary>The tree as its documentation has it: a part belongs to the part with its last bit cleared.</summary>
    private static bool JoinedInside(int part, int first, int end, int count)
    {
        var bit = part & -part;
        return part > 0 && part - bit >= first && Math.Min(part + bit, count) <= end;
    }

    private static float[] Sum(float[][] parts)
    {
        for (var stride = 1; stride < parts.Length; stride *= 2)
        {
            for (var part = 0; part + stride < parts.Length; part += 2 * stride)
                if (parts[part + stride].Length > 0)
                    parts[part] = [.. parts[part].Zip(parts[part + stride], (x, y) => x + y)];
        }

        return parts[0];
    }
}
