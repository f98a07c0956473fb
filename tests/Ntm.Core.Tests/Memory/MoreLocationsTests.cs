using Microsoft.Extensions.Options;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Core.Tests.Interchange;
using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Memory;

/// <summary>Machines with more locations than they were made with.</summary>
public sealed class MoreLocationsTests : IDisposable
{
    private const int Before = 5, After = 11;

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    public static TheoryData<MemoryKind, InitialWeightingKind> Kinds => new MatrixTheoryData<MemoryKind, InitialWeightingKind>(
        Enum.GetValues<MemoryKind>(), Enum.GetValues<InitialWeightingKind>());

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Configurations))]
    public void As_many_locations_are_a_clone(string configuration)
    {
        using var machine = Machines.Create(Machines.Configurations[configuration]);
        using var same = machine.WithMemoryLocations(Before);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 2);
        AssertClose.SameBits(machine.Logits(inputs), same.Logits(inputs), "logits");
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Every_weight_that_does_not_depend_on_the_number_stays(string configuration)
    {
        using var machine = Machines.Create(Machines.Configurations[configuration]);
        using var grown = machine.WithMemoryLocations(After);
        var (from, to) = (machine.state_dict(), grown.state_dict());
        Assert.Equal(from.Keys, to.Keys);
        var same = from.Where(pair => to[pair.Key].shape.SequenceEqual(pair.Value.shape)).ToList();
        Assert.True(same.Count >= from.Count - 3);
        foreach (var (name, value) in same.Where(pair => !pair.Key.EndsWith("initial_weightings.value", StringComparison.Ordinal)))
            AssertClose.SameBits(value, to[name], name);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_state_before_the_first_step_follows_the_rules(MemoryKind memory, InitialWeightingKind weightings)
    {
        foreach (var type in (ScalarType[])[float32, float64])
        {
            using var machine = Machines.Create(o => (o.Memory, o.InitialWeightings, o.ReadHeads, o.WriteHeads) = (memory, weightings, 2, 3), dtype: type);
            using var grown = machine.WithMemoryLocations(After);
            var (before, after) = (machine.InitialState(2), grown.InitialState(2));
            AssertClose.SameBits(before.Memory, after.Memory.narrow(1, 0, Before), "the old locations");
            foreach (var (old, now) in ((Tensor, Tensor)[])[(before.ReadWeightings, after.ReadWeightings), (before.WriteWeightings, after.WriteWeightings)])
            {
                if (weightings == InitialWeightingKind.Uniform)
                {
                    AssertClose.Equal(full_like(now, 1.0 / After), now, 1e-7, "uniform weightings");
                    continue;
                }

                AssertClose.Equal(old, now.narrow(2, 0, Before), 1e-7, "old weightings");
                Assert.True(now.narrow(2, Before, After - Before).abs().max().to(float64).item<double>() < 1e-47, "new weightings are not 0");
            }

            CheckRows(memory, Numbers.Values(before.Memory[0]), Numbers.Values(after.Memory[0]));
        }
    }

    [Fact]
    public void A_random_memory_grows_in_the_same_way_each_time_and_not_by_repetition()
    {
        using var machine = Machines.Create(o => (o.Memory, o.MemoryValue) = (MemoryKind.Random, 0.25));
        using var first = machine.WithMemoryLocations(200);
        using var second = machine.WithMemoryLocations(200);
        var (a, b) = (first.InitialState(1).Memory[0], second.InitialState(1).Memory[0]);
        AssertClose.SameBits(a, b, "two growths");
        var rows = Numbers.Values(a);
        Assert.Equal(200, rows.Chunk(4).Select(row => row[0]).Distinct().Count());
        var fresh = rows[(4 * Before)..];
        var bound = rows[..(4 * Before)].Max(Math.Abs);
        Assert.True(fresh.Max(Math.Abs) <= bound);
        // Of 780 numbers uniform in +-bound: the mean has the deviation bound / sqrt(3 * 780), and one lies in the outer 5 per cent all but surely.
        Assert.InRange(fresh.Average(), -5 * bound / Math.Sqrt(3 * 780), 5 * bound / Math.Sqrt(3 * 780));
        Assert.True(fresh.Max(Math.Abs) > 0.95 * bound);
    }

    [Theory]
    [InlineData(EngineKind.Reference)]
    [InlineData(EngineKind.Cpu)]
    public void It_computes_what_a_machine_of_that_size_with_these_weights_does(EngineKind engine)
    {
        using var machine = Machines.Create(o => (o.Memory, o.ReadHeads) = (MemoryKind.Learned, 2), dtype: float32);
        using var grown = machine.WithMemoryLocations(After);
        using var expected = Machines.Create(o => (o.Memory, o.ReadHeads, o.MemoryLocations) = (MemoryKind.Learned, 2, After), seed: 9, dtype: float32);
        using (no_grad())
        {
            foreach (var (name, target) in expected.state_dict())
            {
                var source = machine.state_dict()[name];
                target.copy_(name switch
                {
                    "cell.memory.value" => cat([source, .. Enumerable.Repeat(source.sum(0, true) / Before, After - Before)]),
                    _ when name.EndsWith("initial_weightings.bias", StringComparison.Ordinal) => cat([source, full([source.shape[0], After - Before], -1000f)], 1),
                    _ => source,
                });
            }
        }

        (grown.Engine, grown.Threads) = (engine, 2);
        Assert.Equal(engine, grown.EngineChoice.Engine);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 9, batch: 3, float32);
        AssertClose.Equal(expected.Logits(inputs), grown.Logits(inputs), 1e-5, "logits");
    }

    [Fact]
    public void It_is_independent_can_be_trained_and_saved()
    {
        using var machine = Machines.Create(dtype: float32);
        machine.eval();
        machine.Cell.Output.Bias.requires_grad_(false);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 2, float32);
        var before = machine.Logits(inputs).detach();
        using var grown = machine.WithMemoryLocations(After);
        Assert.False(grown.training);
        Assert.Equal((After, Before), (grown.Options.MemoryLocations, machine.Options.MemoryLocations));
        Assert.False(grown.Cell.Output.Bias.requires_grad);
        grown.Logits(inputs).sum().backward();
        Assert.All(grown.parameters().Where(p => p.requires_grad), p => Assert.True(p.grad!.isfinite().all().item<bool>()));
        using (no_grad())
            foreach (var parameter in grown.parameters())
                parameter.add_(0.1f);
        AssertClose.SameBits(before, machine.Logits(inputs), "logits of the first machine");

        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            NtmModelFile.Save(grown, file);
            using var loaded = NtmModelFile.Load(file);
            loaded.Engine = EngineKind.Reference;
            AssertClose.SameBits(grown.Logits(inputs), loaded.Logits(inputs), "logits");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Fewer_too_many_and_custom_parts_are_refused()
    {
        using var machine = Machines.Create();
        var fewer = Assert.Throws<ArgumentOutOfRangeException>(() => machine.WithMemoryLocations(4));
        Assert.Equal("locations", fewer.ParamName);
        Assert.Contains("The machine has 5 locations; expected as many or more.", fewer.Message, StringComparison.Ordinal);
        Assert.Contains("MemoryLocations", Assert.Throws<OptionsValidationException>(() => machine.WithMemoryLocations(int.MaxValue)).Message, StringComparison.Ordinal);
        Assert.Contains("MemoryLocations", Assert.Throws<OptionsValidationException>(() => machine.WithMemoryLocations((1 << 24) + 1)).Message, StringComparison.Ordinal);
        using var custom = new NeuralTuringMachine(Machines.Options(), new NtmParts { Memory = new Constant() }, seed: 1);
        var message = Assert.Throws<NotSupportedException>(() => custom.WithMemoryLocations(6)).Message;
        Assert.Contains("cannot be given more locations", message, StringComparison.Ordinal);
        machine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => machine.WithMemoryLocations(6));
    }

    [Fact]
    public void A_state_of_the_smaller_machine_is_refused()
    {
        using var machine = Machines.Create();
        using var grown = machine.WithMemoryLocations(After);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 2);
        var message = Assert.Throws<ArgumentException>(() => grown.forward(inputs, machine.InitialState(2))).Message;
        Assert.Contains("state.Memory", message, StringComparison.Ordinal);
        Assert.Contains("[2, 11, 4]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_imported_model_grows_too()
    {
        foreach (var layout in Enum.GetValues<PyTorchLayout>())
        {
            using var machine = PyTorchImport.Load(PyTorchPrefixTests.File(layout), "imported", layout);
            using var grown = machine.WithMemoryLocations(12);
            var (before, after) = (machine.InitialState(2), grown.InitialState(2));
            AssertClose.SameBits(before.Memory, after.Memory.narrow(1, 0, 7), "the old locations");
            AssertClose.SameBits(zeros(2, 1, 12), after.WriteWeightings, "weightings");
            Assert.True(grown.Logits(rand(5, 2, 3)).isfinite().all().item<bool>());
        }
    }

    private static void CheckRows(MemoryKind kind, double[] before, double[] after)
    {
        var fresh = after[before.Length..];
        for (var column = 0; column < 4; column++)
        {
            var (old, added) = (Column(before, column), Column(fresh, column));
            var bound = before.Max(Math.Abs);
            Assert.All(added, value => Assert.True(kind switch
            {
                MemoryKind.Constant => value == old[0],
                MemoryKind.Learned => Math.Abs(value - old.Average()) < 1e-7,
                _ => Math.Abs(value) <= bound,
            }));
        }

        static double[] Column(double[] rows, int column) => [.. rows.Chunk(4).Select(row => row[column])];
    }

    /// <summary>A memory of a user's own.</summary>
    private sealed class Constant() : InitialMemory(nameof(Constant), 5, 4)
    {
        public override Tensor forward(long batchSize) => zeros(batchSize, Locations, Width);
    }
}
