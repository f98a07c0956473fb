using System.Collections.Immutable;
using Ntm.Core;
using Ntm.Core.Serialization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Consumer;

/// <summary>A custom controller and a custom addressing, trained a little, saved and loaded.</summary>
internal static class OwnParts
{
    public static int Run()
    {
        var options = new NtmOptions { InputSize = 3, OutputSize = 2, ControllerSize = 5, MemoryLocations = 6, MemoryWidth = 4 };
        using var machine = new NeuralTuringMachine(options, Parts(), seed: 1);
        using var scope = NewDisposeScope();
        var inputs = rand(5, 2, 3);
        using var optimizer = optim.Adam(machine.parameters(), lr: 1e-2);
        machine.Logits(inputs).square().mean().backward();
        optimizer.step();
        NtmModelFile.Save(machine, "parts.safetensors");
        using var loaded = NtmModelFile.Load("parts.safetensors", Parts());
        var same = machine.Logits(inputs).bytes.SequenceEqual(loaded.Logits(inputs).bytes);
        Console.WriteLine($"{machine.EngineChoice.Engine}, the same after loading: {same}");
        return same ? 0 : 1;
    }

    private static NtmParts Parts() => new()
    {
        Controller = new ElmanController(3 + 4, 5),
        ReadAddressing = new DirectAddressing(6),
        WriteAddressing = new DirectAddressing(6),
    };
}

internal sealed class ElmanController : Controller
{
    private readonly Linear _layer;

    public ElmanController(int inputSize, int size)
        : base(nameof(ElmanController), inputSize, size)
    {
        _layer = nn.Linear(inputSize + size, size);
        RegisterComponents();
    }

    public override ImmutableArray<Tensor> InitialState(long batchSize) => [zeros(batchSize, OutputSize)];

    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state)
    {
        var output = _layer.forward(cat([input, state[0]], 1)).tanh();
        return (output, [output]);
    }
}

internal sealed class DirectAddressing(int locations) : AddressingMechanism(nameof(DirectAddressing), locations)
{
    public override Tensor forward(Tensor parameters, Tensor previous, Tensor memory) => parameters.softmax(-1);
}
