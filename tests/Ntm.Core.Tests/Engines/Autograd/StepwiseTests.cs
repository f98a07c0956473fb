using Ntm.Core.Engines;
using TorchSharp;
using static Ntm.Core.Tests.Engines.Autograd.CellLoop;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>
/// The cell step by step under autograd. The CPU engine keeps packed weights and computes weight gradients once for all steps; results and gradients
/// are those of the reference engine, which does neither. <see cref="StepwiseMisuseTests"/> has what is refused and noticed.
/// </summary>
public class StepwiseTests
{
    public static TheoryData<EngineKind> Engines => [EngineKind.Reference, EngineKind.Cpu];

    public static TheoryData<ControllerKind, int, int, ReadOrder, int> Models
    {
        get
        {
            var models = new TheoryData<ControllerKind, int, int, ReadOrder, int>();
            foreach (var controller in Enum.GetValues<ControllerKind>())
                foreach (var (layers, heads, order, batch) in ((int, int, ReadOrder, int)[])[(1, 1, ReadOrder.AfterWrite, 1), (2, 2, ReadOrder.BeforeWrite, 5)])
                    models.Add(controller, layers, heads, order, batch);
            return models;
        }
    }

    private delegate Tensor Loss(NtmCell cell, Tensor inputs);

    [Fact]
    public void Libtorch_tells_the_versions_of_tensors()
    {
        Assert.True(TensorVersion.IsKnown);
        using var tensor = zeros(2);
        using var view = tensor.detach();
        var before = TensorVersion.Of(view);
        tensor.add_(1);
        Assert.Equal(before + 1, TensorVersion.Of(view));
        Assert.True(TensorVersion.Has(tensor));
        using (inference_mode())
        {
            using var inference = zeros(2);
            Assert.False(TensorVersion.Has(inference));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_model_has_the_gradients_of_the_reference(ControllerKind controller, int layers, int heads, ReadOrder order, int batch) => SameGradients(
        (cell, inputs) => Sum(Loop(cell, inputs, cell.InitialState(batch)).Logits),
        new NtmOptions
        {
            InputSize = 3,
            OutputSize = 2,
            Controller = controller,
            ControllerLayers = layers,
            ControllerSize = 7,
            MemoryLocations = 18,
            MemoryWidth = 11,
            ReadHeads = heads,
            WriteHeads = heads,
            ReadOrder = order,
        },
        batch);

    /// <summary>More steps than one segment of histories has.</summary>
    [Fact]
    public void Long_chains() => SameGradients(
        (cell, inputs) => Sum(Loop(cell, cat([inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs]), cell.InitialState(Batch)).Logits));

    /// <summary>More steps than native callbacks are kept for, most of them dropped without a backward pass.</summary>
    [Fact]
    public void Graphs_of_thousands_of_steps_come_and_go()
    {
        const int Steps = 5000;
        using var cell = Cell(EngineKind.Cpu, ScalarType.Float32, SmallOptions());
        using var input = ones(1, cell.Options.InputSize);
        double[] gradients = [Gradient(10), Drop(), Drop(), Gradient(Steps), Gradient(10)];
        Assert.Equal(gradients[0], gradients[^1]);
        Assert.True(double.IsFinite(gradients[^2]));

        double Drop()
        {
            Run(Steps);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return 0;
        }

        double Gradient(int steps)
        {
            cell.zero_grad();
            using var scope = NewDisposeScope();
            Run(steps).backward();
            return cell.parameters().Where(p => p.grad is not null).Sum(p => p.grad!.abs().sum().ToDouble());
        }

        Tensor Run(int steps)
        {
            using var scope = NewDisposeScope();
            var state = cell.InitialState(1);
            var sum = zeros(1);
            for (var t = 0; t < steps; t++)
            {
                using var step = NewDisposeScope();
                (var logits, state) = cell.forward(input, state);
                sum = (sum + logits.sum()).MoveToOuterDisposeScope();
                state.MoveToOuterDisposeScope();
            }

            return sum.MoveToOuterDisposeScope();
        }
    }

    /// <summary>A state that is given does not depend on what the initial one is made of.</summary>
    [Fact]
    public void Trainable_initial_states_make_no_graph_of_a_given_state()
    {
        using var scope = NewDisposeScope();
        using var cell = Cell(EngineKind.Cpu, ScalarType.Float32, SmallOptions());
        using var input = ones(1, cell.Options.InputSize);
        var state = cell.InitialState(1).Select(t => t.detach());
        using var expected = cell.forward(input, state).Logits.detach();
        var engine = cell.Cpu().Machine!.Cell.Engine;
        foreach (var ((_, parameter), place) in cell.named_parameters().Select((p, i) => (p, i)))
            parameter.requires_grad_(engine.IsInitial(place));
        var (logits, after) = cell.forward(input, state);
        Assert.False(logits.requires_grad || after.Memory.requires_grad);
        Assert.Equal(expected.data<float>().ToArray(), logits.data<float>().ToArray());
        Assert.True(cell.forward(input, cell.InitialState(1)).Logits.requires_grad);
    }

    /// <summary>Groups of four samples, the last with two, and more groups than there are buffers for weight gradients.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(82)]
    public void Batches_of_several_groups(int batch) => SameGradients((cell, inputs) => Sum(Loop(cell, inputs, cell.InitialState(batch)).Logits), batch: batch);

    /// <summary>Space is used again without being cleared: whatever is there does not reach the next batch, whose last group has rows without a sample.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    public unsafe void Used_space_may_hold_anything(int batch)
    {
        using var scope = NewDisposeScope();
        using var fresh = Cell(EngineKind.Cpu, ScalarType.Float32, SmallOptions());
        using var cell = Cell(EngineKind.Cpu, ScalarType.Float32, SmallOptions());
        var pool = cell.Cpu().Machine!.Steps!;
        var segment = pool.RentSegment(batch);
        var shape = pool.Machine.Shape;
        for (var g = 0; g < segment.Groups; g++)
        {
            for (var slot = 0; slot <= segment.Capacity; slot++)
            {
                for (var row = 0; row < segment[g].Rows; row++)
                {
                    new Span<float>(segment[g].Carried(slot, row), shape.Access.CarriedFloats).Fill(float.NaN);
                    for (var layer = 0; layer < shape.Layers; layer++)
                    {
                        new Span<float>(segment[g].Layer(layer, slot, row), shape.LayerStride(layer)).Fill(float.NaN);
                        new Span<float>(segment[g].Cells(layer, slot, row), shape.UnitsPadded).Fill(float.NaN);
                    }
                }
            }
        }

        List<StateGradient> gradients = [.. Enumerable.Range(0, 3).Select(_ => pool.RentGradient(segment))];
        foreach (var gradient in gradients)
        {
            for (var g = 0; g < segment.Groups; g++)
            {
                for (var row = 0; row < segment[g].Rows; row++)
                {
                    new Span<float>(gradient[g].Carried(row), shape.Access.CarriedFloats).Fill(float.NaN);
                    for (var layer = 0; layer < shape.Layers; layer++)
                    {
                        new Span<float>(gradient[g].Layer(layer, row), shape.LayerStride(layer)).Fill(float.NaN);
                        new Span<float>(gradient[g].Cells(layer, row), shape.UnitsPadded).Fill(float.NaN);
                    }
                }
            }
        }

        gradients.ForEach(pool.Return);
        pool.Return(segment);
        Assert.Equal(GradientsOf(fresh), GradientsOf(cell));

        double[] GradientsOf(NtmCell of)
        {
            Sum(Loop(of, Inputs(ScalarType.Float32, batch), of.InitialState(batch)).Logits).backward();
            return Gradients(of);
        }
    }

    [Fact]
    public void The_final_state_has_a_gradient() => SameGradients((cell, inputs) =>
    {
        var (logits, state) = Loop(cell, inputs, cell.InitialState(Batch));
        return logits[^1].sum() + state.Memory.pow(2).sum() + state.Reads.sum() + state.ReadWeightings.pow(3).sum() + state.Controller[0].pow(2).sum();
    });

    [Fact]
    public void Intermediate_states_have_gradients() => SameGradients((cell, inputs) =>
    {
        var (_, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (logits, _) = Loop(cell, inputs.flip(0), middle);
        var gradients = autograd.grad([Sum(logits)], [middle.Memory, middle.Controller[0]], retain_graph: true);
        return Sum(logits) + (gradients[0] * middle.Memory).sum() + (gradients[1] * middle.Controller[0]).sum();
    });

    [Fact]
    public void Branches_from_a_state() => SameGradients((cell, inputs) =>
    {
        var (first, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (left, end) = Loop(cell, inputs.flip(0), middle);
        var (right, _) = Loop(cell, inputs, middle);
        var (again, _) = Loop(cell, inputs, end);
        return Sum(first) + Sum(left) + Sum(right) + Sum(again);
    });

    [Fact]
    public void Interleaved_chains() => SameGradients((cell, inputs) =>
    {
        var (left, right) = (cell.InitialState(Batch), cell.InitialState(Batch));
        var logits = new List<Tensor>();
        foreach (var input in inputs.unbind(0))
        {
            (var l, left) = cell.forward(input, left);
            (var r, right) = cell.forward(input.neg(), right);
            logits.AddRange([l, r]);
        }

        return Sum(logits);
    });

    [Fact]
    public void Detached_states_end_the_gradient() => SameGradients((cell, inputs) =>
    {
        var (first, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (second, _) = Loop(cell, inputs, middle.Detach());
        return Sum(first) + Sum(second);
    });

    [Fact]
    public void States_changed_by_torch_operations() => SameGradients((cell, inputs) =>
    {
        var (first, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (second, _) = Loop(cell, inputs, middle.Select(t => t * 0.5));
        return Sum(first) + Sum(second);
    });

    [Fact]
    public void A_loss_of_some_steps() => SameGradients((cell, inputs) => Loop(cell, inputs, cell.InitialState(Batch)).Logits[2].pow(2).sum());

    [Fact]
    public void Frozen_parameters() => SameGradients((cell, inputs) =>
    {
        Freeze(cell.Controller);
        return Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
    });

    [Fact]
    public void Parameters_all_frozen() => SameGradients((cell, inputs) =>
    {
        Freeze(cell);
        return Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
    });

    [Fact]
    public void Graphs_gone_through_again() => SameGradients((cell, inputs) =>
    {
        var (logits, _) = Loop(cell, inputs, cell.InitialState(Batch));
        var loss = Sum(logits);
        loss.backward(retain_graph: true);
        logits[1].sum().backward(retain_graph: true);
        autograd.grad([loss], [inputs], retain_graph: true);
        return loss;
    });

    [Fact]
    public void A_gradient_penalty() => SameGradients((cell, inputs) =>
    {
        var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
        return autograd.grad([loss], [inputs, cell.Output.Weight], retain_graph: true, create_graph: true).Select(g => g.pow(2).sum()).Aggregate((a, b) => a + b);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Dropout(int batch) => SameGradients(
        (cell, inputs) =>
        {
            var (first, middle) = Loop(cell, inputs, cell.InitialState(batch));
            var (left, _) = Loop(cell, inputs.flip(0), middle);
            // The mode of each step counts, also in a second backward pass.
            cell.eval();
            var (right, end) = Loop(cell, inputs, middle);
            cell.train();
            var (again, _) = Loop(cell, inputs, end);
            var loss = Sum(first) + Sum(left) + Sum(right) + Sum(again);
            loss.backward(retain_graph: true);
            return loss;
        },
        DroppingOptions(),
        batch);

    [Fact]
    public void A_gradient_penalty_with_dropout() => SameGradients(
        (cell, inputs) =>
        {
            var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
            return autograd.grad([loss], [inputs], retain_graph: true, create_graph: true)[0].pow(2).sum();
        },
        DroppingOptions());

    [Fact]
    public void Steps_without_gradients_between_others() => SameGradients((cell, inputs) =>
    {
        NtmState middle;
        using (no_grad())
            (_, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        return Sum(Loop(cell, inputs, middle).Logits);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void Steps_equal_the_sequence(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(SmallOptions(), seed: 1) { Engine = engine };
        var inputs = Inputs(ScalarType.Float32, Batch);
        var (expected, end) = machine.forward(inputs);
        var (logits, state) = Loop(machine.Cell, inputs, machine.InitialState(Batch));
        // The engine and torch compute the learned initial state, each with its own rounding.
        Near(expected, stack(logits));
        Assert.All(end.Tensors().Zip(state.Tensors()), p => Near(p.First, p.Second));

        static void Near(Tensor first, Tensor second) => Assert.All(Numbers(first).Zip(Numbers(second)), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Results_do_not_depend_on_the_number_of_threads(int threads)
    {
        Assert.Equal(Run(2), Run(threads));

        double[] Run(int count)
        {
            using var scope = NewDisposeScope();
            using var cell = new NtmCell(SmallOptions(), seed: 1) { Threads = count };
            Sum(Loop(cell, Inputs(ScalarType.Float32, 21), cell.InitialState(21)).Logits).backward();
            return Gradients(cell);
        }
    }

    private static NtmOptions DroppingOptions()
    {
        var options = SmallOptions();
        options.Dropout = 0.4;
        return options;
    }

    private static void SameGradients(Loss loss, NtmOptions? options = null, int batch = Batch)
    {
        options ??= SmallOptions();
        var exact = Run(EngineKind.Reference, ScalarType.Float64);
        var computed = Run(EngineKind.Cpu, ScalarType.Float32);
        Assert.Equal(exact.Keys, computed.Keys);
        var whole = Norm(exact.Values.SelectMany(v => v));
        Assert.True(whole > 1e-3);
        // Each tensor by itself: one of small gradients does not hide behind another of large ones.
        Assert.All(exact, p =>
        {
            var distance = Norm(p.Value.Zip(computed[p.Key], (a, b) => a - b));
            Assert.True(distance <= 1e-4 * Norm(p.Value) + 1e-7 * whole, $"{p.Key}: {distance:E2} of {Norm(p.Value):E2}, {whole:E2} in all");
        });

        Dictionary<string, double[]> Run(EngineKind engine, ScalarType type)
        {
            using var scope = NewDisposeScope();
            using var cell = Cell(engine, type, options);
            var inputs = Inputs(type, batch).requires_grad_(true);
            var value = loss(cell, inputs);
            value.backward();
            var gradients = cell.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad is { } g ? Numbers(g) : []);
            gradients.Add("value", [value.to(ScalarType.Float64).ToDouble()]);
            gradients.Add("inputs", Numbers(inputs.grad!));
            return gradients;
        }

        static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(x => x * x));
    }
}
