using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines;

/// <summary>Every loss in the engines: the cost of a batch by the loss's definition, and its gradient by autograd through the reference in float64.</summary>
public class LossTests
{
    private const int Steps = 6;

    private const int Batch = 5;

    public static TheoryData<LossKind, EngineKind, ControllerKind, double?> Cases => new MatrixTheoryData<LossKind, EngineKind, ControllerKind, double?>(
        Enum.GetValues<LossKind>(), [EngineKind.Cpu, EngineKind.Cuda], Enum.GetValues<ControllerKind>(), [null, 0.02]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_wrong_and_gradient_are_those_of_the_definition(LossKind loss, EngineKind engine, ControllerKind controller, double? clip)
    {
        // Outputs beyond a vector, so that a tail is left.
        var options = new NtmOptions
        {
            InputSize = 3,
            OutputSize = 11,
            ControllerSize = 9,
            MemoryLocations = 12,
            MemoryWidth = 5,
            Controller = controller,
            Clip = clip,
            Memory = MemoryKind.Learned,
        };
        using var scope = NewDisposeScope();
        using var machine = Machine(options, engine);
        using var pass = new SequenceTrainingPass(machine, 1, loss);
        var (inputs, targets, mask, lengths) = Data(options, loss);
        var logits = new float[Steps * Batch * options.OutputSize];
        var score = pass.Compute(inputs, targets, mask, lengths, Steps, Batch, logits);

        using var reference = Machine(options, EngineKind.Reference);
        reference.to(ScalarType.Float64);
        var counted = Mask(mask, lengths);
        var expected = reference.Logits(Tensor(inputs, options.InputSize));
        SequenceLoss.Mean(expected, Tensor(targets, options.OutputSize), tensor(counted, [Steps, Batch], ScalarType.Float64), loss).backward();
        var exact = SequenceLoss.Score(
            Tensor(logits, options.OutputSize), Tensor(targets, options.OutputSize), tensor(counted, [Steps, Batch], ScalarType.Float64), loss);
        Assert.Equal(exact.LossSum, score.LossSum, 1e-4 * Math.Abs(exact.LossSum));
        Assert.Equal((exact.WrongSum, exact.PerfectSequences, exact.CountSum), (score.WrongSum, score.PerfectSequences, score.CountSum));
        Assert.True(score.IsFinite);

        foreach (var (segment, (name, parameter)) in pass.Segments.Zip(reference.named_parameters()))
        {
            Assert.Equal(name, segment.Name);
            var found = pass.Gradient.Slice(segment.Offset, segment.Length).ToArray();
            var wanted = parameter.grad is { } gradient ? gradient.flatten().data<double>().ToArray() : new double[found.Length];
            var scale = wanted.Max(Math.Abs) + 1e-6;
            for (var i = 0; i < found.Length; i++)
                Assert.True(Math.Abs(found[i] - wanted[i]) <= 2e-4 * scale, $"{name}[{i}] is {found[i]}; expected {wanted[i]}");
        }
    }

    /// <summary>Of equal logits the first counts; a logit that is NaN is wrong, and its gradient is NaN.</summary>
    [Theory]
    [InlineData(EngineKind.Cpu, LossKind.BinaryCrossEntropy)]
    [InlineData(EngineKind.Cpu, LossKind.SoftmaxCrossEntropy)]
    [InlineData(EngineKind.Cpu, LossKind.SquaredError)]
    [InlineData(EngineKind.Cuda, LossKind.BinaryCrossEntropy)]
    [InlineData(EngineKind.Cuda, LossKind.SoftmaxCrossEntropy)]
    [InlineData(EngineKind.Cuda, LossKind.SquaredError)]
    public void Ties_and_what_is_not_a_number(EngineKind engine, LossKind loss)
    {
        var options = new NtmOptions { InputSize = 3, OutputSize = 11, ControllerSize = 9, MemoryLocations = 12, MemoryWidth = 5 };
        using var scope = NewDisposeScope();
        using var machine = Machine(options, engine);
        // All logits 0.
        using (no_grad())
            foreach (var parameter in machine.Cell.Output.parameters())
                parameter.zero_();
        using var pass = new SequenceTrainingPass(machine, 1, loss);
        var inputs = new float[3];
        var targets = new float[11];
        targets[0] = 1;
        var tied = pass.Evaluate(inputs, targets, [1], [], 1, 1);
        Assert.Equal(loss == LossKind.SoftmaxCrossEntropy ? 0 : 1, tied.WrongSum);
        targets[0] = 0;
        targets[4] = 1;
        Assert.Equal(1, pass.Evaluate(inputs, targets, [1], [], 1, 1).WrongSum);

        using (no_grad())
            machine.get_parameter("cell.output.bias")!.fill_(double.NaN);
        var bad = pass.Compute(inputs, targets, [1], [], 1, 1);
        Assert.False(bad.IsFinite);
        Assert.Equal(loss == LossKind.SoftmaxCrossEntropy ? 1 : 11, bad.WrongSum);
        Assert.Contains(pass.Gradient.ToArray(), float.IsNaN);
    }

    private static NeuralTuringMachine Machine(NtmOptions options, EngineKind engine) => new NeuralTuringMachine(options, seed: 3) { Threads = 1 }.On(engine);

    private static (float[] Inputs, float[] Targets, float[] Mask, int[] Lengths) Data(NtmOptions options, LossKind loss)
    {
        var random = new Random(5);
        var targets = new float[Steps * Batch * options.OutputSize];
        for (var row = 0; row < Steps * Batch; row++)
        {
            var of = targets.AsSpan(row * options.OutputSize, options.OutputSize);
            if (loss == LossKind.SoftmaxCrossEntropy && row % 3 > 0)
            {
                of[random.Next(of.Length)] = 1;
                continue;
            }

            foreach (ref var target in of)
                target = loss == LossKind.SquaredError ? 4 * random.NextSingle() - 2 : random.NextSingle();
            if (loss != LossKind.SoftmaxCrossEntropy)
                continue;
            var sum = 0f;
            foreach (var target in of)
                sum += target;
            foreach (ref var target in of)
                target /= sum;
        }

        float[] inputs = [.. Enumerable.Range(0, Steps * Batch * options.InputSize).Select(_ => (float)random.Next(2))];
        // Weights of 0, 1 and others.
        float[] mask = [.. Enumerable.Range(0, Steps * Batch).Select(i => i % 4 == 0 ? 0 : i % 4 == 1 ? 0.5f : 1)];
        return (inputs, targets, mask, [6, 3, 5, 1, 6]);
    }

    private static float[] Mask(float[] mask, int[] lengths) => [.. mask.Select((weight, i) => i / Batch < lengths[i % Batch] ? weight : 0)];

    private static Tensor Tensor(float[] values, int width) => tensor(values, [Steps, Batch, width], ScalarType.Float32).to(ScalarType.Float64);
}
