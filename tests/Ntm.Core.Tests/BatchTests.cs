using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>A batch gives the same as its sequences. Float64; batched and single products may be summed in another order, hence 1e-12.</summary>
public class BatchTests
{
    private const double Tolerance = 1e-12;

    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Every_member_of_a_batch_is_computed_as_if_alone(string configuration)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(Machines.Configurations[configuration]);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 3);
        var start = Machines.RandomState(machine.Options, 5, batch: 3);
        var (logits, state) = machine.forward(inputs, start);
        for (var b = 0; b < 3; b++)
        {
            var (alone, aloneState) = machine.forward(inputs.narrow(1, b, 1), start.Select(t => t.narrow(0, b, 1)));
            AssertClose.Equal(alone, logits.narrow(1, b, 1), Tolerance, $"logits of {b}");
            AssertClose.Equal(aloneState, state.Select(t => t.narrow(0, b, 1)), Tolerance);
        }
    }

    [Fact]
    public void A_batch_has_the_mean_of_its_members_gradients()
    {
        const int Batch = 3;
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads) = (2, 2));
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: Batch);
        var weights = Numbers.Uniform(9, [4, Batch, machine.OutputSize]);
        var batched = Gradients(machine, () => (machine.Logits(inputs) * weights).sum() / Batch);
        var mean = batched.Keys.ToDictionary(name => name, name => new double[batched[name].Length]);
        for (var b = 0; b < Batch; b++)
        {
            foreach (var (name, values) in Gradients(machine, () => (machine.Logits(inputs.narrow(1, b, 1)) * weights.narrow(1, b, 1)).sum()))
                for (var i = 0; i < values.Length; i++)
                    mean[name][i] += values[i] / Batch;
        }

        foreach (var (name, values) in batched)
            AssertClose.Equal(mean[name], values, Tolerance, name);
    }

    [Fact]
    public void What_follows_the_end_of_a_sequence_changes_nothing_before_it()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(dtype: float32);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 6, batch: 2, float32);
        var other = inputs.clone();
        other.narrow(0, 4, 2).fill_(123);
        AssertClose.SameBits(machine.Logits(inputs).narrow(0, 0, 4), machine.Logits(other).narrow(0, 0, 4));
    }

    private static Dictionary<string, double[]> Gradients(NeuralTuringMachine machine, Func<Tensor> loss)
    {
        foreach (var (_, parameter) in machine.named_parameters())
            parameter.grad?.zero_();
        loss().backward();
        return machine.named_parameters().ToDictionary(p => p.name, p => Numbers.Values(p.parameter.grad!));
    }
}
