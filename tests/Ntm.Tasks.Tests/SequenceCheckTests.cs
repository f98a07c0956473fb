namespace Ntm.Tasks.Tests;

/// <summary>A drawn sequence is checked before it is used.</summary>
public class SequenceCheckTests
{
    private delegate void Writer(SequenceBuffer sequence);

    public static TheoryData<float, string> NotFinite => new()
    {
        { float.NaN, "NaN" },
        { float.PositiveInfinity, "Infinity" },
        { float.NegativeInfinity, "-Infinity" },
    };

    public static TheoryData<float, string> OutsideUnit => new()
    {
        { 5, "5" },
        { -0.5f, "-0.5" },
        { 1.0000001f, "1.0000001" },
        { float.NaN, "NaN" },
    };

    [Theory]
    [MemberData(nameof(NotFinite))]
    public void An_input_that_is_not_finite_is_refused_by_task_sequence_step_channel_and_value(float value, string shown) => Refused(
        $"The task custom drew the input {shown} in sequence 12 of stream 7, step 3, channel 4; expected a finite number.",
        sequence => sequence.Input(3)[4] = value);

    [Theory]
    [MemberData(nameof(OutsideUnit))]
    public void A_target_outside_0_to_1_is_refused_by_task_sequence_step_channel_and_value(float value, string shown)
    {
        var expected = $"The task custom drew the target {shown} in sequence 12 of stream 7, step 5, channel 2; expected 0 to 1.";
        Refused(expected, sequence => sequence.CountedTarget(5)[2] = value);
        Refused(expected, sequence => sequence.Target(5)[2] = value);
    }

    [Fact]
    public void A_sequence_of_which_no_step_counts_is_refused()
    {
        const string Expected =
            "The task custom drew sequence 12 of stream 7 without a step that counts, so there is nothing to learn; its Draw must write targets by SequenceBuffer.CountedTarget.";
        Refused(Expected, sequence => sequence.Begin(3));
        Refused(Expected, sequence =>
        {
            sequence.Begin(3);
            sequence.Target(1)[0] = 1;
        });
    }

    [Fact]
    public void Every_place_of_a_sequence_is_looked_at()
    {
        // Lengths around the vectors' width; the bad value moves through all places.
        for (var steps = 1; steps <= 7; steps++)
        {
            for (var step = 0; step < steps; step++)
            {
                for (var channel = 0; channel < 5; channel++)
                {
                    var exception = Assert.Throws<InvalidOperationException>(() => Fill(sequence =>
                    {
                        sequence.Begin(steps);
                        sequence.CountedTarget(0)[0] = 1;
                        sequence.Input(step)[channel] = float.NaN;
                    }, 0));
                    Assert.Contains($"step {step}, channel {channel};", exception.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void Values_of_the_range_are_taken_as_they_are()
    {
        float[] targets = [0, 1, -0f, 0.5f, float.Epsilon];
        float[] inputs = [float.MaxValue, -float.MaxValue, 0, 1e-40f, 3];
        var buffer = Fill(sequence =>
        {
            sequence.Begin(1);
            inputs.CopyTo(sequence.Input(0));
            targets.CopyTo(sequence.CountedTarget(0));
        }, 0);
        Assert.Equal(inputs, buffer.Inputs.ToArray());
        Assert.Equal(targets, buffer.Targets.ToArray());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 1)]
    public void A_task_without_channels_is_refused(int inputs, int outputs)
    {
        var exception = Assert.Throws<ArgumentException>("task", () => new BatchBuffer(new CustomTask(_ => { }, inputs, outputs)));
        Assert.StartsWith($"The task custom has InputSize {inputs} and OutputSize {outputs}; expected at least 1.", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Sequence 12 of a batch of others has the fault.</summary>
    private static void Refused(string message, Writer fault)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Fill(fault, 12));
        Assert.Equal(message, exception.Message);
    }

    private static BatchBuffer Fill(Writer fault, int faulty)
    {
        var drawn = 0;
        var buffer = new BatchBuffer(new CustomTask(sequence =>
        {
            sequence.Begin(6);
            sequence.CountedTarget(0)[0] = 1;
            if (drawn++ == faulty)
                fault(sequence);
        }));
        buffer.Fill(7, 0, faulty + 1);
        return buffer;
    }

    private sealed class CustomTask(Writer write, int inputs = 5, int outputs = 5) : SequenceTask
    {
        public override string Name => "custom";

        public override int InputSize => inputs;

        public override int OutputSize => outputs;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence) => write(sequence);
    }
}
