using Ntm.Core.Engines.Cpu;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A cell of built-in parts as the whole-sequence engines see it: its sizes, its parameters, where its sequences start.</summary>
internal sealed class BuiltInCell
{
    private BuiltInCell(NtmCell cell, AddressedReadHeads readHeads, AddressedWriteHeads writeHeads, int layers, bool lstm)
    {
        Shape = new MachineShape(cell.Settings, layers, lstm, Addressing(readHeads.Addressing), Addressing(writeHeads.Addressing));
        var named = cell.named_parameters().ToArray();
        Tensors = [.. named.Select(p => p.parameter)];
        Parameters = new ParameterTable([.. named.Select(p => p.name)], [.. named.Select(p => p.parameter.numel())], layers);
        Like = cell.Output.Weight;
        Starts =
        [
            readHeads.Weightings.Value, writeHeads.Weightings.Value, readHeads.Reads.Value, (cell.Memory as ConstantMemory)?.Value,
            (cell.Memory as RandomMemory)?.Value,
        ];
        Cell = cell;
    }

    public MachineShape Shape { get; }

    public ParameterTable Parameters { get; }

    /// <summary>The parameters, in the table's order.</summary>
    public Tensor[] Tensors { get; }

    /// <summary>A parameter whose element type and device are the cell's.</summary>
    public Tensor Like { get; }

    /// <summary>What sequences start from where that is not learned, otherwise <see langword="null"/>: one value each for the initial read weightings,
    /// the initial write weightings, the initial reads and a constant memory, and the matrix of a random memory.</summary>
    public Tensor?[] Starts { get; }

    /// <summary>The cell itself.</summary>
    public NtmCell Cell { get; }

    /// <summary>A cell's description, or the reason why there is none: it never changes, since parts do not.</summary>
    public static (BuiltInCell? Cell, string Reason) Of(NtmCell cell)
    {
        (int Layers, bool Lstm)? controller = cell.Controller switch
        {
            LstmController lstm => (lstm.LayerCount, true),
            FeedforwardController feedforward => (feedforward.LayerCount, false),
            _ => null,
        };
        if (controller is not { } known)
            return (null, $"the controller {cell.Controller.GetType().Name} is not a built-in one");
        if (cell.ReadHeads is not AddressedReadHeads readHeads)
            return (null, $"the read heads {cell.ReadHeads.GetType().Name} are not built-in ones");
        if (cell.WriteHeads is not AddressedWriteHeads writeHeads)
            return (null, $"the write heads {cell.WriteHeads.GetType().Name} are not built-in ones");
        if ((Foreign(readHeads.Addressing) ?? Foreign(writeHeads.Addressing)) is { } addressing)
            return (null, $"the addressing {addressing} is not a built-in one of the machine's width");
        if (cell.Memory is not (Core.ConstantMemory or LearnedMemory or RandomMemory))
            return (null, $"the initial memory {cell.Memory.GetType().Name} is not a built-in one");
        return (new BuiltInCell(cell, readHeads, writeHeads, known.Layers, known.Lstm), "");

        string? Foreign(AddressingMechanism mechanism) => mechanism switch
        {
            ContentAddressing content when content.ParameterCount == cell.Settings.MemoryWidth + 1 => null,
            ContentAndLocationAddressing located when located.ParameterCount == cell.Settings.MemoryWidth + 2 * located.ShiftRange + 4
                && 2L * located.ShiftRange + 1 <= cell.Settings.MemoryLocations => null,
            _ => mechanism.GetType().Name,
        };
    }

    /// <summary>Whether a cell still has the parameters that this was made of: moving a module to a type or device replaces them.</summary>
    public bool Describes(NtmCell cell) => ReferenceEquals(Like, cell.Output.Weight) && Array.TrueForAll(Tensors, t => !t.IsInvalid)
        && Array.TrueForAll(Starts, t => t?.IsInvalid != true);

    private static (bool Located, int ShiftRange) Addressing(AddressingMechanism mechanism) =>
        mechanism is ContentAndLocationAddressing located ? (true, located.ShiftRange) : (false, 0);
}
