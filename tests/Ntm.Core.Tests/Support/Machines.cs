using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Support;

/// <summary>Small machines: sizes that all differ, so that a mixed-up dimension cannot go unnoticed.</summary>
internal static class Machines
{
    /// <summary>I = 3, O = 2, H = 6, N = 5, M = 4, one read and one write head, changed by <paramref name="change"/>.</summary>
    public static NtmOptions Options(Action<NtmOptions>? change = null)
    {
        var options = new NtmOptions { InputSize = 3, OutputSize = 2, ControllerSize = 6, MemoryLocations = 5, MemoryWidth = 4 };
        change?.Invoke(options);
        return options;
    }

    /// <summary>A machine computed by the reference engine.</summary>
    public static NeuralTuringMachine Create(Action<NtmOptions>? change = null, NtmParts? parts = null, int seed = 1, ScalarType? dtype = null)
    {
        var machine = new NeuralTuringMachine(Options(change), parts, seed) { Engine = EngineKind.Reference };
        machine.to(dtype ?? float64);
        return machine;
    }

    /// <summary>The configurations that tests of the whole model go through, by name.</summary>
    public static readonly Dictionary<string, Action<NtmOptions>> Configurations = new()
    {
        ["defaults"] = _ => { },
        ["two LSTM layers, 2 read and 3 write heads, shifts of 2"] = o =>
            (o.ControllerLayers, o.ReadHeads, o.WriteHeads, o.ShiftRange) = (2, 2, 3, 2),
        ["feedforward"] = o => o.Controller = ControllerKind.Feedforward,
        ["feedforward, 2 layers, 2 read heads"] = o =>
            (o.Controller, o.ControllerLayers, o.ReadHeads) = (ControllerKind.Feedforward, 2, 2),
        ["content addressing"] = o => (o.Addressing, o.Memory) = (AddressingKind.Content, MemoryKind.Learned),
        ["learned memory"] = o => o.Memory = MemoryKind.Learned,
        ["random memory, uniform weightings, zero reads"] = o =>
            (o.Memory, o.InitialWeightings, o.InitialReads) = (MemoryKind.Random, InitialWeightingKind.Uniform, InitialReadKind.Zeros),
        ["reads after writes"] = o => (o.ReadOrder, o.ReadHeads, o.WriteHeads) = (ReadOrder.AfterWrite, 2, 2),
        ["no clip, no shift"] = o => (o.Clip, o.ShiftRange) = (null, 0),
        ["clip that bites"] = o => o.Clip = 0.3,
    };

    /// <summary>A state with arbitrary contents: weightings that sum to 1, everything else in -1..1.</summary>
    public static NtmState RandomState(NtmOptions o, int seed, long batch, ScalarType? dtype = null)
    {
        using var scope = NewDisposeScope();
        var next = seed * 1000;
        Tensor Draw(params long[] shape) => Numbers.Uniform(next++, shape).to(dtype ?? float64);
        var controller = o.Controller == ControllerKind.Lstm
            ? Enumerable.Range(0, 2 * o.ControllerLayers).Select(_ => Draw(batch, o.ControllerSize)).ToArray()
            : [];
        var state = new NtmState(
            [.. controller],
            Draw(batch, o.MemoryLocations, o.MemoryWidth),
            Draw(batch, o.ReadHeads, o.MemoryWidth),
            Draw(batch, o.ReadHeads, o.MemoryLocations).softmax(-1),
            Draw(batch, o.WriteHeads, o.MemoryLocations).softmax(-1));
        return state.MoveToOuterDisposeScope();
    }

    /// <summary>Inputs <c>[T, B, I]</c> in -1..1.</summary>
    public static Tensor Inputs(NtmOptions o, int seed, long steps, long batch, ScalarType? dtype = null) =>
        Numbers.Uniform(seed, [steps, batch, o.InputSize]).to(dtype ?? float64);
}
