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
    public static NeuralTuringMachine Of(NeuralTuringMachine machine)
    {
        var (options, like) = (machine.Options, machine.Cell.Output.Weight);
        var parts = Parts(machine.Cell, options);
        var copy = Fresh.Of(like.dtype, () => new NeuralTuringMachine(options, parts, seed: 0));
        try
        {
            copy.to(like.device);
            copy.to(like.dtype);
            CopyValues(machine, copy);
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

    private static NtmParts Parts(NtmCell cell, NtmOptions options)
    {
        if (PyTorchProject.Of(cell) is { } project && project.Admits(options))
            return project.Parts(options);
        var (known, reason) = BuiltInCell.Of(cell);
        if (known is null)
            throw Refusal(reason);
        return new NtmParts
        {
            ReadAddressing = Addressing(((AddressedReadHeads)cell.ReadHeads).Addressing, options),
            WriteAddressing = Addressing(((AddressedWriteHeads)cell.WriteHeads).Addressing, options),
        };
    }

    private static AddressingMechanism Addressing(AddressingMechanism mechanism, NtmOptions options) => mechanism is ContentAndLocationAddressing located
        ? new ContentAndLocationAddressing(options.MemoryWidth, located.ShiftRange)
        : new ContentAddressing(options.MemoryWidth);

    private static void CopyValues(NeuralTuringMachine machine, NeuralTuringMachine copy)
    {
        using var noGrad = no_grad();
        var (from, to) = (machine.state_dict(), copy.state_dict());
        foreach (var (name, source) in from)
        {
            if (!to.TryGetValue(name, out var target) || !target.shape.AsSpan().SequenceEqual(source.shape))
                throw Refusal($"its {name} is not that of a component that its options describe");
            target.copy_(source);
            target.requires_grad_(source.requires_grad);
        }

        if (from.Count != to.Count)
            throw Refusal("its components are not those that its options describe");
    }

    private static NotSupportedException Refusal(string reason) => new($"The machine cannot be cloned: {reason}; expected built-in components.");
}
