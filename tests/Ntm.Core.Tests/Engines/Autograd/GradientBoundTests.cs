using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>Gradients that grow from step to step stay finite in every engine and for every controller.</summary>
public class GradientBoundTests
{
    public static TheoryData<EngineKind, ControllerKind> Cases
    {
        get
        {
            var cases = new TheoryData<EngineKind, ControllerKind>();
            foreach (var engine in Enum.GetValues<EngineKind>().Where(e => e != EngineKind.Auto))
            {
                foreach (var controller in Enum.GetValues<ControllerKind>())
                    cases.Add(engine, controller);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_steep_gradient_of_the_final_state_stays_finite(EngineKind engine, ControllerKind controller)
    {
        using var scope = NewDisposeScope();
        var options = new NtmOptions
        {
            InputSize = 3,
            OutputSize = 2,
            Controller = controller,
            ControllerSize = 10,
            MemoryLocations = 12,
            MemoryWidth = 5,
            Memory = MemoryKind.Learned,
        };
        using var machine = new NeuralTuringMachine(options, seed: 1).On(engine);
        // At zero nothing saturates: values stay zero, and each step multiplies the gradients by the weights.
        using (no_grad())
        {
            foreach (var (name, parameter) in machine.named_parameters())
                parameter.mul_(name.EndsWith("weight", StringComparison.Ordinal) || name.Contains("weight_", StringComparison.Ordinal) ? 300 : 0);
        }

        using var inputs = zeros(40, 2, options.InputSize, float32);
        var (_, state) = machine.forward(inputs);
        var tensors = AssertClose.Parts(state).Select(p => p.Tensor).ToList();
        autograd.backward(tensors, [.. tensors.Select(t => full_like(t, 1e9f))]);
        foreach (var (name, parameter) in machine.named_parameters())
        {
            if (parameter.grad is { } gradient)
                AssertClose.Finite(gradient, $"gradient of {name}");
        }
    }
}
