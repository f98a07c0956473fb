using Ntm.Core.Tests.Support;


namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>A loss given by a function of the logits has the gradient that the same loss has when it is built in.</summary>
public class CustomLossTests
{
    private static readonly NtmOptions Options = TrainingData.Options(writeHeads: 1);

    [Theory]
    [InlineData(EngineKind.Cpu, 7, 1, false, 20.0, 0)]
    [InlineData(EngineKind.Cpu, 7, 11, true, 0.05, 0.3)]
    [InlineData(EngineKind.Cpu, 300, 3, true, null, 0)]
    [InlineData(EngineKind.Cuda, 7, 3, true, 0.05, 0.3)]
    public void Its_gradient_is_that_of_the_built_in_loss(EngineKind engine, int steps, int batch, bool mixedLengths, double? clip, double dropout)
    {
        var options = Options.Clone();
        (options.Clip, options.Dropout) = (clip, dropout);
        using var machine = Machine(options, engine);
        using var pass = new SequenceTrainingPass(machine, 2);
        var data = new TrainingData(options, steps, batch, mixedLengths);
        var expectedLogits = new float[data.Targets.Length];
        var position = machine.DropoutPosition;
        var score = data.Compute(pass, expectedLogits);
        var expected = pass.Gradient.ToArray();
        // Twice: the second time with what the first has left. In between the built-in loss again.
        for (var run = 0; run < 2; run++)
        {
            pass.Gradient.Clear();
            machine.DropoutPosition = position;
            var loss = pass.Differentiate(data.Inputs, data.Lengths, steps, batch, (logits, gradient) =>
            {
                Assert.All(gradient.ToArray(), slope => Assert.Equal(0, slope));
                Assert.Equal(expectedLogits, logits.ToArray());
                return BinaryCrossEntropy(data, options.OutputSize, logits, gradient);
            });
            Assert.Equal(score.MeanLoss, loss, 1e-5 * score.MeanLoss);
            Near(expected, pass.Gradient);
            machine.DropoutPosition = position;
            Assert.Equal(score, data.Compute(pass));
            Assert.Equal(expected, pass.Gradient.ToArray());
        }

        var computed = new float[data.Targets.Length];
        pass.Forward(data.Inputs, data.Lengths, steps, batch, computed);
        // Without a gradient there is no dropout.
        if (dropout > 0)
        {
            machine.eval();
            data.Compute(pass, expectedLogits);
        }

        Assert.Equal(expectedLogits, computed);
    }

    [Fact]
    public void A_gradient_that_stays_with_the_machine_is_bit_identical()
    {
        using var machine = Machine(Options, EngineKind.Cpu);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 7, 4, mixedLengths: true);
        using var flat = TorchSharp.torch.zeros(pass.Gradient.Length, dtype: TorchSharp.torch.ScalarType.Float32);
        double Loss(ReadOnlySpan<float> logits, Span<float> gradient) => BinaryCrossEntropy(data, Options.OutputSize, logits, gradient);
        var loss = pass.Differentiate(data.Inputs, data.Lengths, 7, 4, Loss);
        Assert.Equal(loss, pass.DifferentiateInto(flat, data.Inputs, data.Lengths, 7, 4, Loss));
        Assert.Equal(pass.Gradient.ToArray(), flat.data<float>().ToArray());
    }

    [Fact]
    public void An_exception_of_the_function_is_thrown_and_the_pass_can_be_used_again()
    {
        using var machine = Machine(Options, EngineKind.Cpu);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 7, 4, mixedLengths: true);
        data.Compute(pass);
        var before = pass.Gradient.ToArray();
        var error = Assert.Throws<FormatException>(() => pass.Differentiate(data.Inputs, data.Lengths, 7, 4, (_, _) => throw new FormatException("mine")));
        Assert.Equal("mine", error.Message);
        Assert.Equal(before, pass.Gradient.ToArray());
        Assert.Throws<InvalidOperationException>(() => pass.Differentiate(data.Inputs, data.Lengths, 7, 4, (_, _) => data.Compute(pass).MeanLoss));
        data.Compute(pass);
        Assert.Equal(before, pass.Gradient.ToArray());
    }

    [Fact]
    public void Bad_arguments_are_refused_by_name()
    {
        using var machine = Machine(Options, EngineKind.Cpu);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 7, 4, mixedLengths: true);
        LogitsLoss never = (_, _) => throw new InvalidOperationException("It is not called.");
        Assert.Throws<ArgumentNullException>("loss", () => pass.Differentiate(data.Inputs, data.Lengths, 7, 4, null!));
        Assert.Throws<ArgumentException>("inputs", () => pass.Differentiate(data.Inputs.AsSpan(1), data.Lengths, 7, 4, never));
        Assert.Throws<ArgumentException>("lengths", () => pass.Differentiate(data.Inputs, (int[])[1, 2, 8, 1], 7, 4, never));
        Assert.Throws<ArgumentException>("logits", () => pass.Forward(data.Inputs, data.Lengths, 7, 4, new float[1]));
        data.Inputs[3] = float.NaN;
        Assert.Contains("inputs is NaN at step 0, sequence 0, channel 3", Assert.Throws<ArgumentException>("inputs", () => pass.Differentiate(data.Inputs, [], 7, 4, never)).Message);
    }

    private static NeuralTuringMachine Machine(NtmOptions options, EngineKind engine) => new NeuralTuringMachine(options, seed: 2).On(engine);

    /// <summary>The mean of <c>log(1 + e^z) - y z</c> over the sequences, in plain arithmetic.</summary>
    private static double BinaryCrossEntropy(TrainingData data, int outputs, ReadOnlySpan<float> logits, Span<float> gradient)
    {
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            if (data.Mask[i / outputs] == 0)
                continue;
            double z = logits[i], y = data.Targets[i];
            sum += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (y * z);
            gradient[i] = (float)((1 / (1 + Math.Exp(-z)) - y) / data.Batch);
        }

        return sum / data.Batch;
    }

    private static void Near(float[] expected, ReadOnlySpan<float> actual)
    {
        var scale = expected.Max(Math.Abs);
        Assert.True(scale > 1e-4, "The gradient is not zero.");
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f * scale);
    }
}
