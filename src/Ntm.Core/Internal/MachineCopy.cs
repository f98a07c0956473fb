using Ntm.Core.Engines;
using Ntm.Core.Interchange;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>Copies machines whose components are known.</summary>
internal static class MachineCopy
{
    /// <summary>Returns an independent machine with equal weights and settings.</summary>
    /// <exception cref="NotSupportedException">The machine has custom components.</exception>
    public static NeuralTuringMachine Of(NeuralTuringMachine machine) => Of(machine, machine.Options, "cloned", (_, source) => source.alias());

    /// <summary>Returns an independent machine with more locations, by the rules of <see cref="MoreLocations"/>.</summary>
    /// <exception cref="NotSupportedException">The machine has custom components.</exception>
    public static NeuralTuringMachine WithLocations(NeuralTuringMachine machine, NtmOptions options) =>
        Of(machine, options, "given more locations", (name, source) => MoreLocations.Grown(name, source, options));

    private static NeuralTuringMachine Of(NeuralTuringMachine machine, NtmOptions options, string what, Func<string, Tensor, Tensor?> values)
    {
        var like = machine.Cell.Output.Weight;
        var parts = Parts(machine.Cell, options, what);
        var copy = Fresh.Of(like.dtype, () => new NeuralTuringMachine(options, parts, seed: 0));
        try
        {
            copy.to(like.device);
            copy.to(like.dtype);
            CopyValues(machine, copy, what, values);
        }
        catch
        {
            copy.Dispose();
            throw;
        }

        (copy.Engine, copy.Threads, copy.DropoutPosition) = (machine.Engine, machine.Threads, machine.DropoutPosition);
        copy.train(machine.training);
        return copy;
    }

    private static NtmParts Parts(NtmCell cell, NtmOptions options, string what)
    {
        if (PyTorchProject.Of(cell) is { } project && project.Admits(options))
            return project.Parts(options);
        var (known, reason) = BuiltInCell.Of(cell);
        if (known is null)
            throw Refusal(what, reason);
        return new NtmParts
        {
            ReadAddressing = Addressing(((AddressedReadHeads)cell.ReadHeads).Addressing, options),
            WriteAddressing = Addressing(((AddressedWriteHeads)cell.WriteHeads).Addressing, options),
        };
    }

    private static AddressingMechanism Addressing(AddressingMechanism mechanism, NtmOptions options) => mechanism is ContentAndLocationAddressing located
        ? new ContentAndLocationAddressing(options.MemoryWidth, located.ShiftRange)
        : new ContentAddressing(options.MemoryWidth);

    private static void CopyValues(NeuralTuringMachine machine, NeuralTuringMachine copy, string what, Func<string, Tensor, Tensor?> values)
    {
        using var noGrad = no_grad();
        var (from, to) = (machine.Cell.state_dict(), copy.Cell.state_dict());
        foreach (var (name, source) in from)
        {
            using var scope = NewDisposeScope();
            var value = values(name, source);
            if (!to.TryGetValue(name, out var target) || (value is not null && !target.shape.AsSpan().SequenceEqual(value.shape)))
                throw Refusal(what, $"its {name} is not that of a component that its options describe");
            if (value is not null)
                target.copy_(value);
            target.requires_grad_(source.requires_grad);
        }

        if (from.Count != to.Count)
            throw Refusal(what, "its components are not those that its options describe");
    }

    private static NotSupportedException Refusal(string what, string reason) => new($"The machine cannot be {what}: {reason}; expected built-in components.");
}
