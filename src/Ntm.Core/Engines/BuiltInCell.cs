using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The whole-sequence engines' view of a cell of built-in parts: its sizes, its parameters, its start values.</summary>
internal sealed class BuiltInCell
{
    private BatchShapes _stateShapes = new(0, []);

    private BuiltInCell(NtmCell cell, AddressedReadHeads readHeads, AddressedWriteHeads writeHeads, NtmShape access, int layers, ControllerKind controller)
    {
        var named = cell.named_parameters().ToArray();
        var shape = new MachineShape(cell.Settings, layers, ControllerTable.Of(controller).Layout, access);
        Engine = new EngineModel(shape, new ParameterTable([.. named.Select(p => p.name)], [.. named.Select(p => p.parameter.numel())], shape));
        Tensors = [.. named.Select(p => p.parameter)];
        Shapes = [.. named.Select(p => p.parameter.shape)];
        Like = cell.Output.Weight;
        Starts =
        [
            readHeads.Weightings.Value, writeHeads.Weightings.Value, readHeads.Reads.Value, (cell.Memory as ConstantMemory)?.Value,
            (cell.Memory as RandomMemory)?.Value,
        ];
        Cell = cell;
    }

    /// <summary>The sizes and parameters.</summary>
    public EngineModel Engine { get; }

    /// <summary>The parameters, in the table's order.</summary>
    public Tensor[] Tensors { get; }

    /// <summary>The parameters' shapes.</summary>
    public long[][] Shapes { get; }

    /// <summary>A parameter with the element type and device of the cell.</summary>
    public Tensor Like { get; }

    /// <summary>The start values of sequences, <see langword="null"/> for those that are learned: one value each for the initial read weightings,
    /// the initial write weightings, the initial reads and a constant memory, and the matrix of a random memory.</summary>
    public Tensor?[] Starts { get; }

    /// <summary>The cell itself.</summary>
    public NtmCell Cell { get; }

    /// <summary>Returns a cell's description, or the reason why there is none. The result never changes, because the parts do not.</summary>
    public static (BuiltInCell? Cell, string Reason) Of(NtmCell cell)
    {
        if (cell.Controller is not IEngineController known)
            return (null, $"the controller {cell.Controller.GetType().Name} is not a built-in one");
        if (cell.ReadHeads is not AddressedReadHeads readHeads)
            return (null, $"the read heads {cell.ReadHeads.GetType().Name} are not built-in ones");
        if (cell.WriteHeads is not AddressedWriteHeads writeHeads)
            return (null, $"the write heads {cell.WriteHeads.GetType().Name} are not built-in ones");
        if ((Foreign(readHeads.Addressing) ?? Foreign(writeHeads.Addressing)) is { } addressing)
            return (null, $"the addressing {addressing} is not a built-in one of the machine's width");
        if (cell.Memory is not (Core.ConstantMemory or LearnedMemory or RandomMemory))
            return (null, $"the initial memory {cell.Memory.GetType().Name} is not a built-in one");
        var access = new NtmShape(cell.Settings, Addressing(readHeads.Addressing), Addressing(writeHeads.Addressing));
        return access.Obstacle is { } obstacle ? (null, obstacle) : (new BuiltInCell(cell, readHeads, writeHeads, access, known.LayerCount, known.Kind), "");

        string? Foreign(AddressingMechanism mechanism) => mechanism switch
        {
            ContentAddressing content when content.ParameterCount == cell.Settings.MemoryWidth + 1 => null,
            ContentAndLocationAddressing located when located.ParameterCount == cell.Settings.MemoryWidth + 2 * located.ShiftRange + 4
                && 2L * located.ShiftRange + 1 <= cell.Settings.MemoryLocations => null,
            _ => mechanism.GetType().Name,
        };
    }

    /// <summary>Returns the shape of a tensor of the state. The array is shared and must not be changed.</summary>
    /// <param name="place">The tensor's place in the state.</param>
    /// <param name="batch"><c>B</c></param>
    public long[] StateShape(int place, int batch)
    {
        var shapes = _stateShapes;
        if (shapes.Batch != batch)
            _stateShapes = shapes = new(batch, [.. Engine.Shape.State.Tensors.Select(t => (long[])[batch, .. t.Shape])]);
        return shapes.Shapes[place];
    }

    /// <summary>Tells whether a cell still has the parameters of this view: moving a module to a type or device replaces them.</summary>
    public bool Describes(NtmCell cell) => ReferenceEquals(Like, cell.Output.Weight) && Array.TrueForAll(Tensors, t => !t.IsInvalid)
        && Array.TrueForAll(Starts, t => t?.IsInvalid != true);

    private static HeadAddressing Addressing(AddressingMechanism mechanism) =>
        mechanism is ContentAndLocationAddressing located ? new(true, located.ShiftRange) : new(false, 0);

    /// <summary>The shapes of a state's tensors for the last batch, which the next one will probably be like.</summary>
    private sealed record BatchShapes(int Batch, long[][] Shapes);
}
