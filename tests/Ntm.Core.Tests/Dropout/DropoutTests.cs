using Ntm.Core.Tests.Engines.Autograd;
using Ntm.Core.Tests.Engines.Cpu;
using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Dropout;

/// <summary>
/// The effects of dropout on a machine, on every engine. That the engines agree with the reference is tested by the parity grids, whose random configurations
/// have dropout too.
/// </summary>
public class DropoutTests
{
    private const int Steps = 5;
    private const int Batch = 6;

    public static TheoryData<EngineKind> Engines => [EngineKind.Reference, EngineKind.Cpu, EngineKind.Cuda];

    /// <summary>An oracle that knows the masks from the definition alone.</summary>
    [Fact]
    public void Heads_and_output_see_the_masked_output_and_the_next_step_the_whole()
    {
        using var scope = NewDisposeScope();
        const double Rate = 0.25;
        var options = Options(0);
        var controller = new MaskedController(options.InputSize + options.MemoryWidth, options.ControllerSize, seed: 5);
        using var oracle = new NeuralTuringMachine(options, new NtmParts { Controller = controller }, seed: 1);
        oracle.to(float64);
        var masks = new DropoutMasks(Rate, 99, 1000);
        for (var step = 0; step < Steps; step++)
        {
            var factors = new float[Batch, options.ControllerSize];
            for (var b = 0; b < Batch; b++)
            {
                var row = new float[options.ControllerSize];
                masks.Fill(b, step, row, kept: 1);
                for (var u = 0; u < row.Length; u++)
                    factors[b, u] = row[u] / 0.75f;
            }

            controller.Factors.Enqueue(factors);
        }

        using var machine = new NeuralTuringMachine(Options(Rate), seed: 1) { Engine = EngineKind.Reference, DropoutPosition = new DropoutPosition(99, 1000) };
        machine.to(float64);
        using (no_grad())
            foreach (var (name, parameter) in machine.named_parameters())
                parameter.copy_(oracle.get_parameter(name.Replace("controller.", "controller._inner.", StringComparison.Ordinal))!);
        var inputs = Inputs(float64);
        var (expected, end) = oracle.forward(inputs);
        var (logits, final) = machine.forward(inputs);
        // The oracle's factors are floats.
        Near(expected, logits);
        Assert.All(end.Tensors().Zip(final.Tensors()), p => Near(p.First, p.Second));

        static void Near(Tensor first, Tensor second) => Assert.All(Numbers(first).Zip(Numbers(second)), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void In_eval_mode_nothing_is_dropped(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        using var without = Machine(engine, rate: 0);
        machine.eval();
        var inputs = Inputs(float32);
        AssertClose.SameBits(without.Logits(inputs), machine.Logits(inputs), "logits");
        Assert.Equal(new DropoutPosition(1, 0), machine.DropoutPosition);
        machine.train();
        Assert.NotEqual(Numbers(without.Logits(inputs)), Numbers(machine.Logits(inputs)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Every_call_takes_the_next_masks_and_a_position_repeats_them(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        var inputs = Inputs(float32);
        var first = machine.Logits(inputs);
        Assert.Equal(new DropoutPosition(1, Batch), machine.DropoutPosition);
        manual_seed(1);
        var second = machine.Logits(inputs);
        Assert.NotEqual(Numbers(first), Numbers(second));
        machine.DropoutPosition = new DropoutPosition(1, 0);
        manual_seed(2);
        AssertClose.SameBits(first, machine.Logits(inputs), "logits");
        AssertClose.SameBits(second, machine.Logits(inputs), "logits");
        machine.DropoutPosition = new DropoutPosition(2, 0);
        Assert.NotEqual(Numbers(first), Numbers(machine.Logits(inputs)));
        using (no_grad())
        {
            machine.DropoutPosition = new DropoutPosition(1, 0);
            AssertClose.SameBits(first, machine.Logits(inputs), "logits");
        }
    }

    /// <summary>All 64 bits of seed and sequence number count.</summary>
    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Cuda)]
    public void Every_bit_of_a_position_counts(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        using var reference = Machine(EngineKind.Reference);
        var inputs = Inputs(float32);
        var all = new HashSet<double>();
        foreach (var position in (DropoutPosition[])[new(1, 0), new(1UL << 40, 0), new(ulong.MaxValue, long.MaxValue - 2), new(1, 1L << 32), new(1, -1)])
        {
            machine.DropoutPosition = reference.DropoutPosition = position;
            var (expected, logits) = (Numbers(reference.Logits(inputs)), Numbers(machine.Logits(inputs)));
            Assert.All(expected.Zip(logits), p => Assert.Equal(p.First, p.Second, 1e-5));
            Assert.True(all.Add(expected[0]));
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_batch_may_be_split(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        var inputs = Inputs(float32);
        var whole = Numbers(machine.Logits(inputs));
        machine.DropoutPosition = new DropoutPosition(1, 0);
        var parts = Numbers(cat([machine.Logits(inputs.narrow(1, 0, 1)), machine.Logits(inputs.narrow(1, 1, 2)), machine.Logits(inputs.narrow(1, 3, 3))], 1));
        Assert.All(whole.Zip(parts), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_second_backward_pass_has_the_masks_of_the_first(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        var inputs = Inputs(float32).requires_grad_(true);
        var loss = machine.Logits(inputs).pow(2).sum();
        var first = Gradients(retain: true);
        // What comes in between has no influence.
        machine.Logits(inputs);
        machine.eval();
        AssertSame(first, Gradients(retain: true));
        AssertSame(first, Gradients(retain: false));

        Tensor[] Gradients(bool retain) => [.. autograd.grad([loss], [inputs, .. machine.parameters()], retain_graph: retain)];

        static void AssertSame(Tensor[] expected, Tensor[] actual) => Assert.All(expected.Zip(actual), p => AssertClose.SameBits(p.First, p.Second, "gradient"));
    }

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Cuda)]
    public void A_gradient_penalty_is_that_of_the_reference(EngineKind engine)
    {
        var (expected, actual) = (Penalty(EngineKind.Reference), Penalty(engine));
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4 * (1 + Math.Abs(p.First))));

        static double[] Penalty(EngineKind kind)
        {
            using var scope = NewDisposeScope();
            using var machine = Machine(kind);
            var inputs = Inputs(float32).requires_grad_(true);
            var gradient = autograd.grad([machine.Logits(inputs).pow(2).sum()], [inputs], retain_graph: true, create_graph: true)[0];
            machine.eval();
            gradient.pow(2).sum().backward();
            return [.. machine.parameters().SelectMany(p => p.grad is { } g ? Numbers(g) : [])];
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_trace_drops_nothing(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        var inputs = Inputs(float32);
        var traced = machine.Trace(inputs).Logits;
        Assert.Equal(new DropoutPosition(1, 0), machine.DropoutPosition);
        machine.eval();
        Assert.All(Numbers(machine.Logits(inputs)).Zip(Numbers(traced)), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Cuda)]
    public void A_pass_drops_in_train_mode_and_only_for_gradients(EngineKind engine)
    {
        using var machine = Machine(engine);
        using var without = Machine(engine, rate: 0);
        var data = new TrainingData(machine.Options, Steps, Batch, mixedLengths: true);
        using var pass = new SequenceTrainingPass(machine, 2);
        using var plain = new SequenceTrainingPass(without, 2);
        Assert.Equal(data.Evaluate(plain), data.Evaluate(pass));
        float[] expected = new float[data.Targets.Length], logits = new float[data.Targets.Length];
        plain.Forward(data.Inputs, data.Lengths, Steps, Batch, expected);
        pass.Forward(data.Inputs, data.Lengths, Steps, Batch, logits);
        Assert.Equal(expected, logits);
        Assert.Equal(new DropoutPosition(1, 0), machine.DropoutPosition);
        var score = data.Compute(pass);
        Assert.NotEqual(data.Compute(plain), score);
        Assert.Equal(new DropoutPosition(1, Batch), machine.DropoutPosition);
        machine.eval();
        Assert.Equal(data.Compute(plain), data.Compute(pass));
        Assert.Equal(plain.Gradient.ToArray(), pass.Gradient.ToArray());
        Assert.Equal(new DropoutPosition(1, Batch), machine.DropoutPosition);
    }

    /// <summary>Without gradients, a long sequence is computed in chunks.</summary>
    [Fact]
    public void Chunks_do_not_change_the_masks()
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(EngineKind.Cpu);
        var shape = machine.Cell.Cpu().Machine!.Shape;
        Assert.Equal(1, Chunks.Plan(shape, CallKind.ForwardThenBackward, rows: 4, steps: 900, groups: 2).Count);
        Assert.True(Chunks.Plan(shape, CallKind.Forward, rows: 4, steps: 900, groups: 2).Count > 1);
        var inputs = Support.Numbers.Uniform(3, [900, Batch, 3]).to(float32);
        var whole = machine.Logits(inputs);
        machine.DropoutPosition = new DropoutPosition(1, 0);
        using var noGrad = no_grad();
        AssertClose.SameBits(whole, machine.Logits(inputs), "logits");
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        using var machine = new NeuralTuringMachine(Options(0.3), seed: 1);
        var data = new TrainingData(machine.Options, 13, 37, mixedLengths: true);
        float[]? expected = null;
        foreach (var threads in (int[])[1, 2, 5])
        {
            machine.DropoutPosition = new DropoutPosition(3, 4);
            using var pass = new SequenceTrainingPass(machine, threads);
            data.Compute(pass);
            expected ??= pass.Gradient.ToArray();
            Assert.Equal(expected, pass.Gradient.ToArray());
        }
    }

    /// <summary>Each step of a cell is a call, and a sequence of one step.</summary>
    [Theory]
    [MemberData(nameof(Engines))]
    public void A_cells_steps_take_masks_one_after_the_other(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        using var reference = Machine(EngineKind.Reference);
        var inputs = Inputs(float32);
        Assert.All(Steps(machine.Cell).Zip(Steps(reference.Cell)), p => Assert.Equal(p.First, p.Second, 1e-5));
        Assert.Equal(new DropoutPosition(1, DropoutTests.Steps * Batch), machine.DropoutPosition);
        // A sequence of one step is the same.
        machine.DropoutPosition = reference.DropoutPosition = new DropoutPosition(8, 9);
        var (step, _) = machine.Cell.forward(inputs[0], machine.InitialState(Batch));
        var alone = reference.Logits(inputs.narrow(0, 0, 1));
        Assert.All(Numbers(step).Zip(Numbers(alone)), p => Assert.Equal(p.First, p.Second, 1e-5));

        double[] Steps(NtmCell cell) => [.. CellLoop.Loop(cell, inputs, cell.InitialState(Batch)).Logits.SelectMany(Numbers)];
    }

    [Fact]
    public void A_clone_has_the_position()
    {
        using var machine = Machine(EngineKind.Cpu);
        machine.DropoutPosition = new DropoutPosition(5, 6);
        using var clone = machine.Clone();
        Assert.Equal(new DropoutPosition(5, 6), clone.DropoutPosition);
        Assert.Equal(machine.Options.Dropout, clone.Options.Dropout);
    }

    private static NtmOptions Options(double rate) => new()
    {
        InputSize = 3,
        OutputSize = 2,
        ControllerSize = 11,
        ControllerLayers = 2,
        MemoryLocations = 9,
        MemoryWidth = 5,
        Memory = MemoryKind.Learned,
        Dropout = rate,
    };

    private static NeuralTuringMachine Machine(EngineKind engine, double rate = 0.4)
    {
        var machine = new NeuralTuringMachine(Options(rate), seed: 1).On(engine);
        Assert.Equal(engine, machine.EngineChoice.Engine);
        return machine;
    }

    private static Tensor Inputs(ScalarType type) => Support.Numbers.Uniform(3, [Steps, Batch, 3]).to(type);

    private static double[] Numbers(Tensor tensor) => tensor.detach().to(float64).contiguous().data<double>().ToArray();
}
