using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>These tests run alone, because they read and set global state of the process: torch's generator and number of threads, and the
/// memory that is in use.</summary>
[CollectionDefinition(nameof(GlobalTorchState), DisableParallelization = true)]
public class GlobalTorchState;

[Collection(nameof(GlobalTorchState))]
public class DeterminismTests
{
    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void The_same_seed_gives_the_same_bits_of_parameters_outputs_and_gradients(string configuration)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Run(configuration, seed: 7), Run(configuration, seed: 7));
        Assert.Equal(first.Select(p => p.Name), second.Select(p => p.Name));
        foreach (var ((name, left), (_, right)) in first.Zip(second))
            AssertClose.SameBits(left, right, name);
    }

    [Fact]
    public void Different_seeds_give_different_drawn_parameters()
    {
        using var scope = NewDisposeScope();
        using var first = Machines.Create(o => o.Memory = MemoryKind.Random, seed: 1);
        using var second = Machines.Create(o => o.Memory = MemoryKind.Random, seed: 2);
        foreach (var ((name, left), (_, right)) in first.state_dict().Zip(second.state_dict(), (a, b) => ((a.Key, a.Value), (b.Key, b.Value))))
        {
            // Biases and the LSTM's initial state start at constants; all else is drawn.
            var constant = name.EndsWith("layer.bias", StringComparison.Ordinal) || name.EndsWith("0.bias", StringComparison.Ordinal)
                || name.EndsWith("output.bias", StringComparison.Ordinal) || name.EndsWith("initial_reads.bias", StringComparison.Ordinal)
                || name.EndsWith("initial_h", StringComparison.Ordinal) || name.EndsWith("initial_c", StringComparison.Ordinal);
            Assert.True(constant == Numbers.Values(left).SequenceEqual(Numbers.Values(right)), name);
        }
    }

    [Fact]
    public void With_a_seed_the_global_generator_is_not_touched()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var expected = rand(4);
        random.manual_seed(5);
        Run("two LSTM layers, 2 read and 3 write heads, shifts of 2", seed: 7);
        Run("random memory, uniform weightings, zero reads", seed: 7);
        AssertClose.SameBits(expected, rand(4));
    }

    [Fact]
    public void With_a_seed_the_global_generator_is_not_used()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var first = Run("learned memory", seed: 7);
        random.manual_seed(6);
        var second = Run("learned memory", seed: 7);
        foreach (var ((name, left), (_, right)) in first.Zip(second))
            AssertClose.SameBits(left, right, name);
    }

    [Fact]
    public void Without_a_seed_parameters_come_from_the_global_generator()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var first = new NeuralTuringMachine(Machines.Options());
        using var other = new NeuralTuringMachine(Machines.Options());
        random.manual_seed(5);
        using var second = new NeuralTuringMachine(Machines.Options());
        AssertClose.SameBits(first.state_dict()["cell.output.weight"], second.state_dict()["cell.output.weight"]);
        Assert.NotEqual(
            Numbers.Values(first.state_dict()["cell.output.weight"]), Numbers.Values(other.state_dict()["cell.output.weight"]));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = Run("defaults", seed: 7, large: true);
            set_num_threads(2);
            var two = Run("defaults", seed: 7, large: true);
            foreach (var ((name, left), (_, right)) in one.Zip(two))
                AssertClose.SameBits(left, right, name);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Initial_parameters_have_the_documented_bounds()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 3);
        var parameters = machine.state_dict();
        // Xavier-uniform: gain * sqrt(6 / (in + out)); an LSTM's weights 1 / sqrt(H). Thousands of draws come close to the bound.
        IsUniform(1.4 * Math.Sqrt(6.0 / (100 + 26)), "cell.read_heads.layer.weight");
        IsUniform(1.4 * Math.Sqrt(6.0 / (100 + 66)), "cell.write_heads.layer.weight");
        IsUniform(Math.Sqrt(6.0 / (120 + 8)), "cell.output.weight");
        IsUniform(0.1, "cell.controller.layers.0.weight_ih");
        IsUniform(0.1, "cell.controller.layers.0.weight_hh");
        // The forget gate, second of four, starts open.
        AssertClose.Equal(
            [.. Enumerable.Range(0, 400).Select(i => i is >= 100 and < 200 ? 1.0 : 0.0)], parameters["cell.controller.layers.0.bias"], 0);

        void IsUniform(double bound, string name)
        {
            var values = Numbers.Values(parameters[name]);
            Assert.InRange(values.Max(), 0.98 * bound, bound * (1 + 1e-6));
            Assert.InRange(values.Min(), -bound * (1 + 1e-6), -0.98 * bound);
            // The standard error of the mean is bound / sqrt(3 n): five of them, a false alarm in 2 million.
            Assert.InRange(values.Average(), -5 * bound / Math.Sqrt(3.0 * values.Length), 5 * bound / Math.Sqrt(3.0 * values.Length));
        }
    }

    private static List<(string Name, Tensor Tensor)> Run(string configuration, int seed, bool large = false)
    {
        using var machine = Machines.Create(
            o =>
            {
                Machines.Configurations[configuration](o);
                if (large)
                    (o.ControllerSize, o.MemoryLocations, o.MemoryWidth) = (64, 256, 64);
            },
            seed: seed, dtype: float32);
        var (logits, state) = machine.forward(Machines.Inputs(machine.Options, 3, steps: 4, batch: large ? 32 : 2, float32));
        logits.square().sum().backward();
        return
        [
            .. machine.state_dict().Select(p => (p.Key, p.Value.detach().clone())),
            .. machine.named_parameters().Where(p => p.parameter.grad is not null).Select(p => ("gradient of " + p.name, p.parameter.grad!.clone())),
            ("logits", logits),
            .. AssertClose.Parts(state),
        ];
    }
}
