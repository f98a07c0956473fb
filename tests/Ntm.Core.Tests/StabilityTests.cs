using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>Cases that end in NaN in other implementations, in float32: values and gradients must stay finite.</summary>
public class StabilityTests
{
    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Saturated_weights_and_huge_inputs_stay_finite_in_value_and_gradient(string configuration)
    {
        foreach (var (weightScale, inputScale) in new[] { (100.0, 1.0), (1.0, 1e4), (100.0, 1e4), (0.0, 1.0) })
        {
            using var scope = NewDisposeScope();
            using var machine = Machines.Create(Machines.Configurations[configuration], dtype: float32);
            using (no_grad())
            {
                foreach (var (_, parameter) in machine.named_parameters())
                    parameter.mul_(weightScale);
            }

            CheckFinite(machine, Machines.Inputs(machine.Options, 3, steps: 20, batch: 2, float32) * inputScale, $"weights x {weightScale}, inputs x {inputScale}");
        }
    }

    [Fact]
    public void Zeros_as_initial_weightings_with_a_closed_gate_stay_finite()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(
            o => (o.InitialWeightings, o.Memory, o.Clip) = (InitialWeightingKind.Zeros, MemoryKind.Learned, null), dtype: float32);
        using (no_grad())
        {
            // The gate follows key and strength; sigmoid(-200) is 0 in float32, so that all weights are 0 before sharpening.
            foreach (var name in new[] { "cell.read_heads.layer.bias", "cell.write_heads.layer.bias" })
                machine.named_parameters().Single(p => p.name == name).parameter[5] = -200f;
        }

        CheckFinite(machine, Machines.Inputs(machine.Options, 3, steps: 10, batch: 2, float32), "closed gates");
    }

    [Fact]
    public void Five_hundred_steps_stay_finite_in_value_and_gradient()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(dtype: float32);
        CheckFinite(machine, Machines.Inputs(machine.Options, 3, steps: 500, batch: 1, float32), "500 steps");
    }

    [Fact]
    public void Logits_are_clipped_to_the_bound()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create();
        using (no_grad())
            machine.named_parameters().Single(p => p.name == "cell.output.bias").parameter.copy_(tensor(new[] { 1e3, -1e3 }));
        var logits = machine.Logits(Machines.Inputs(machine.Options, 3, steps: 2, batch: 1));
        AssertClose.Equal([20, -20, 20, -20], logits, 0);
    }

    private static void CheckFinite(NeuralTuringMachine machine, Tensor inputs, string what)
    {
        var (logits, state) = machine.forward(inputs);
        AssertClose.Finite(logits, $"{what}: logits");
        foreach (var (name, tensor) in AssertClose.Parts(state))
            AssertClose.Finite(tensor, $"{what}: {name}");
        logits.square().mean().backward();
        foreach (var (name, parameter) in machine.named_parameters())
            if (parameter.grad is { } gradient)
                AssertClose.Finite(gradient, $"{what}: gradient of {name}");
    }
}
