using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

public class SequenceTrainingPassTests
{
    private static readonly NtmOptions Options = TrainingData.Options(writeHeads: 1);

    [Theory]
    [InlineData(1, false, 20.0, 0.3)]
    [InlineData(11, false, null, 0)]
    [InlineData(11, true, 0.05, 0)]
    [InlineData(33, true, 20.0, 0)]
    [InlineData(83, true, 20.0, 0.5)]
    public void Cost_errors_logits_and_gradient_are_those_of_the_reference(int batch, bool mixedLengths, double? clip, double dropout)
    {
        using var scope = NewDisposeScope();
        var options = Options.Clone();
        (options.Clip, options.Dropout) = (clip, dropout);
        using var machine = new NeuralTuringMachine(options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 2);
        var data = new TrainingData(Options, 7, batch, mixedLengths);
        var computed = new float[data.Targets.Length];
        var cost = data.Compute(pass, computed);

        using var exact = new NeuralTuringMachine(options, seed: 2);
        exact.to(ScalarType.Float64);
        var (logits, _) = exact.forward(tensor(data.Inputs, [7, batch, Options.InputSize]).to(ScalarType.Float64));
        var targets = tensor(data.Targets, [7, batch, Options.OutputSize]).to(ScalarType.Float64);
        var mask = tensor(data.Mask, [7, batch, 1]).to(ScalarType.Float64);
        var nats = nn.functional.binary_cross_entropy_with_logits(logits, targets, weight: mask, reduction: nn.Reduction.Sum);
        (nats / batch).backward();
        var wrong = ((logits > 0) != (targets > 0.5)).to(ScalarType.Float64).mul(mask).sum([0, 2]);

        Assert.Equal(nats.ToDouble(), cost.LossSum, 1e-5 * nats.ToDouble());
        Assert.Equal(cost.LossSum / batch, cost.MeanLoss);
        Assert.Equal((long)wrong.sum().ToDouble(), cost.WrongSum);
        Assert.Equal(wrong.eq(0).sum().ToInt32(), cost.PerfectSequences);
        Assert.Equal(batch, cost.Sequences);
        Assert.Equal((LossKind.BinaryCrossEntropy, data.Mask.Sum() * Options.OutputSize), (cost.Loss, (float)cost.CountSum));
        Assert.True(cost.IsFinite);
        var lengths = tensor(data.Lengths.Select(l => (long)l).ToArray()).view(1, -1, 1);
        var within = (arange(7).view(-1, 1, 1) < lengths).to(ScalarType.Float64);
        Assert.True(((tensor(computed, [7, batch, Options.OutputSize]).to(ScalarType.Float64) - logits) * within).abs().max().ToDouble() < 1e-5);
        var gradients = exact.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.data<double>().ToArray());
        foreach (var (name, offset, length) in pass.Segments)
        {
            var expected = gradients[name];
            Assert.Equal(expected.Length, length);
            var actual = pass.Gradient.Slice(offset, length).ToArray();
            var norm = Math.Sqrt(expected.Sum(x => x * x));
            var distance = Math.Sqrt(expected.Zip(actual).Sum(p => Math.Pow(p.First - p.Second, 2)));
            Assert.True(distance <= 1e-5 * Math.Max(norm, 1e-4), $"{name}: {distance / norm:E2}");
        }
    }

    [Fact]
    public void Segments_are_the_named_parameters_in_order()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine);
        var named = machine.named_parameters().ToList();
        Assert.Equal(named.Select(p => p.name), pass.Segments.Select(s => s.Name));
        Assert.Equal(named.Select(p => (int)p.parameter.numel()), pass.Segments.Select(s => s.Length));
    }

    [Fact]
    public void Evaluate_costs_the_same_and_leaves_the_gradient()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 40, 9, mixedLengths: true);
        var computed = data.Compute(pass);
        var gradient = pass.Gradient.ToArray();
        Assert.Equal(computed, data.Evaluate(pass));
        Assert.Equal(gradient, pass.Gradient.ToArray());
    }

    [Fact]
    public void Padding_is_not_looked_at()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 9, 10, mixedLengths: true);
        var cost = data.Compute(pass);
        var gradient = pass.Gradient.ToArray();
        for (var t = 0; t < data.Steps; t++)
            for (var b = 0; b < data.Batch; b++)
                if (t >= data.Lengths[b])
                    data.Inputs.AsSpan((t * data.Batch + b) * Options.InputSize, Options.InputSize).Fill(float.NaN);
        Assert.Equal(cost, data.Compute(pass));
        Assert.Equal(gradient, pass.Gradient.ToArray());
    }

    [Fact]
    public void Parameters_that_are_not_finite_are_noticed()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 4, 3);
        Assert.True(data.Compute(pass).IsFinite);
        var values = machine.parameters().First().data<float>();
        var kept = values[0, 3];
        values[0, 3] = float.NaN;
        Assert.False(data.Compute(pass).IsFinite);
        Assert.False(data.Evaluate(pass).IsFinite);
        values[0, 3] = kept;
        Assert.True(data.Compute(pass).IsFinite);
    }

    [Fact]
    public void A_gradient_outlives_its_pass()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        var gradient = Gradient();
        var before = gradient.ToArray();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            // Freed memory would be taken by these.
            for (var j = 0; j < 20; j++)
                using (var other = new SequenceTrainingPass(machine, 1))
                    new TrainingData(Options, 4, 3).Compute(other);
        }

        Assert.Equal(before, gradient.ToArray());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        Span<float> Gradient()
        {
            var pass = new SequenceTrainingPass(machine, 1);
            new TrainingData(Options, 9, 5).Compute(pass);
            return pass.Gradient;
        }
    }

    [Fact]
    public void One_call_at_a_time()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 40, 20);
        var refused = 0;
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            try
            {
                data.Evaluate(pass);
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.InRange(refused, 0, 199);
        Assert.True(data.Evaluate(pass).IsFinite);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        using var pass = new SequenceTrainingPass(machine, 1);
        var data = new TrainingData(Options, 4, 3);
        Assert.Throws<ArgumentException>("inputs", () => pass.Compute(data.Inputs.AsSpan(1), data.Targets, data.Mask, [], 4, 3));
        Assert.Throws<ArgumentException>("targets", () => pass.Compute(data.Inputs, data.Targets.AsSpan(1), data.Mask, [], 4, 3));
        Assert.Throws<ArgumentException>("mask", () => pass.Compute(data.Inputs, data.Targets, data.Mask.AsSpan(1), [], 4, 3));
        Assert.Throws<ArgumentException>("lengths", () => pass.Compute(data.Inputs, data.Targets, data.Mask, [4, 4], 4, 3));
        Assert.Throws<ArgumentException>("lengths", () => pass.Compute(data.Inputs, data.Targets, data.Mask, [4, 0, 4], 4, 3));
        Assert.Throws<ArgumentException>("lengths", () => pass.Compute(data.Inputs, data.Targets, data.Mask, [4, 5, 4], 4, 3));
        Assert.Throws<ArgumentException>("logits", () => pass.Compute(data.Inputs, data.Targets, data.Mask, [], 4, 3, new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => pass.Compute(data.Inputs, data.Targets, data.Mask, [], 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>("threads", () => new SequenceTrainingPass(machine, -1));
        machine.to(ScalarType.Float64);
        Assert.Throws<InvalidOperationException>(() => data.Compute(pass));
        Assert.Throws<NotSupportedException>(() => new SequenceTrainingPass(machine));
    }
}
