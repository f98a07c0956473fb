using Ntm.Core.Engines.Cuda;
using Ntm.Core.Tests.Engines.Cpu;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>The direct path, traces and the step-wise cell on the host, against the CPU engine, which is tested against the reference.</summary>
public class TrainingPassTests
{
    private static readonly NtmOptions Options = TrainingData.Options(writeHeads: 2);

    [Theory]
    [InlineData(1, false, 20.0, 0, 1 << 30, Schedule.Ascending)]
    [InlineData(3, true, 0.05, 0, 1 << 30, Schedule.Descending)]
    [InlineData(5, true, null, 0.4, 1, Schedule.Ascending)]
    [InlineData(90, true, 20.0, 0.2, 1 << 30, Schedule.Random)]
    public void Cost_errors_logits_and_gradient_are_the_CPU_engines(int batch, bool mixedLengths, double? clip, double dropout, long historyBytes, Schedule schedule)
    {
        var options = Options.Clone();
        (options.Clip, options.Dropout) = (clip, dropout);
        using var machine = new NeuralTuringMachine(options, seed: 2);
        var data = new TrainingData(options, 7, batch, mixedLengths);
        using var cpu = new SequenceTrainingPass(machine, 1);
        (machine.Engine, machine.Cell.CudaRuntime) = (EngineKind.Cuda, HostLibrary.Runtime(schedule, threads: 128, historyBytes: historyBytes));
        using var cuda = new SequenceTrainingPass(machine);
        // Twice: the second time with the data that the first has left.
        for (var run = 0; run < 2; run++)
        {
            float[] expected = new float[data.Targets.Length], computed = new float[data.Targets.Length];
            var position = machine.DropoutPosition;
            var cost = data.Compute(cuda, computed);
            machine.DropoutPosition = position;
            var exact = data.Compute(cpu, expected);
            Assert.Equal(exact.LossSum, cost.LossSum, 1e-5 * exact.LossSum);
            Assert.Equal((exact.WrongSum, exact.PerfectSequences, exact.Sequences, exact.CountSum), (cost.WrongSum, cost.PerfectSequences, cost.Sequences, cost.CountSum));
            Assert.All(expected.Zip(computed), p => Assert.Equal(p.First, p.Second, 1e-5f));
            foreach (var (name, offset, length) in cpu.Segments)
            {
                var (first, second) = (cpu.Gradient.Slice(offset, length).ToArray(), cuda.Gradient.Slice(offset, length).ToArray());
                var norm = Math.Sqrt(first.Sum(x => (double)x * x));
                var distance = Math.Sqrt(first.Zip(second).Sum(p => Math.Pow((double)p.First - p.Second, 2)));
                Assert.True(distance <= 2e-5 * Math.Max(norm, 1e-4), $"{name}: {distance / norm:E2}");
            }

            Assert.Equal(data.Evaluate(cpu).LossSum, data.Evaluate(cuda).LossSum, 1e-5 * exact.LossSum);
        }
    }

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Cuda)]
    public void A_gradient_that_stays_with_the_machine_has_the_same_bits(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 2) { Engine = engine };
        if (engine == EngineKind.Cuda)
            machine.Cell.CudaRuntime = HostLibrary.Runtime();
        var data = new TrainingData(Options, 5, 3, mixedLengths: true);
        using var pass = new SequenceTrainingPass(machine, 1);
        var cost = data.Compute(pass);
        var expected = pass.Gradient.ToArray();
        pass.Gradient.Fill(7);
        var flat = zeros(expected.Length);
        Assert.Equal(cost, Into(flat));
        Assert.Equal(expected, flat.data<float>().ToArray());
        Assert.All(pass.Gradient.ToArray(), x => Assert.Equal(7, x));

        foreach (var wrong in (Tensor[])[zeros(3), zeros(expected.Length, float64), zeros(expected.Length, device: META), zeros(expected.Length, 2).select(1, 0), zeros(expected.Length, requires_grad: true)])
            Assert.Contains("gradient", Assert.Throws<ArgumentException>(() => Into(wrong)).Message, StringComparison.Ordinal);
        // As a caller's finite cost is of both.
        machine.get_parameter("cell.output.bias")!.detach().fill_(float.NaN);
        Assert.False(Into(flat).IsFinite);

        SequenceScore Into(Tensor gradient) => pass.ComputeInto(gradient, data.Inputs, data.Targets, data.Mask, data.Lengths, data.Steps, data.Batch);
    }

    [Fact]
    public void Traces_are_the_CPU_engines()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 2);
        var inputs = rand(6, 3, Options.InputSize);
        var expected = machine.Trace(inputs);
        (machine.Engine, machine.Cell.CudaRuntime) = (EngineKind.Cuda, HostLibrary.Runtime());
        var trace = machine.Trace(inputs);
        foreach (var (first, second) in (ReadOnlySpan<(Tensor, Tensor)>)[
            (expected.Logits, trace.Logits), (expected.Reads, trace.Reads), (expected.Erases, trace.Erases), (expected.Adds, trace.Adds),
            (expected.ReadWeightings, trace.ReadWeightings), (expected.WriteWeightings, trace.WriteWeightings)])
            Assert.True((first - second).abs().max().ToDouble() < 1e-5);
    }

    [Fact]
    public void A_cell_step_by_step_is_the_sequence()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 2) { Engine = EngineKind.Cuda };
        machine.Cell.CudaRuntime = HostLibrary.Runtime();
        var inputs = rand(4, 2, Options.InputSize);
        var (logits, last) = machine.forward(inputs);
        var state = machine.InitialState(2);
        for (var t = 0; t < 4; t++)
        {
            (var step, state) = machine.Cell.forward(inputs[t], state);
            Assert.True((step - logits[t]).abs().max().ToDouble() < 1e-6);
        }

        Assert.True((state.Memory - last.Memory).abs().max().ToDouble() < 1e-6);
    }

    [Fact]
    public void A_graph_may_be_gone_through_twice()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 2) { Engine = EngineKind.Cuda };
        machine.Cell.CudaRuntime = HostLibrary.Runtime();
        var loss = machine.forward(rand(4, 2, Options.InputSize)).Logits.sum();
        loss.backward(retain_graph: true);
        var once = machine.parameters().Select(p => p.grad!.clone()).ToList();
        loss.backward();
        Assert.All(machine.parameters().Zip(once), p => Assert.True((p.First.grad! - 2 * p.Second).abs().max().ToDouble() <= 1e-6 * p.Second.abs().max().ToDouble()));
    }
}
