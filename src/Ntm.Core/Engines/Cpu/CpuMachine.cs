using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines.Cpu;

/// <summary>A cell as the engine sees it: its sizes, its parameters, and workspaces for its calls.</summary>
internal sealed unsafe class CpuMachine
{
    private readonly Tensor _like;
    private readonly Tensor? _readWeight;
    private readonly Tensor? _writeWeight;
    private readonly Tensor? _read;
    private readonly Stack<Workspace> _idle = new();

    private CpuMachine(NtmCell cell, AddressedReadHeads readHeads, AddressedWriteHeads writeHeads, int layers, bool lstm)
    {
        Shape = new MachineShape(cell.Settings, layers, lstm, Addressing(readHeads.Addressing), Addressing(writeHeads.Addressing));
        var named = cell.named_parameters().ToArray();
        Tensors = [.. named.Select(p => p.parameter)];
        Parameters = new ParameterTable([.. named.Select(p => p.name)], [.. named.Select(p => p.parameter.numel())], layers);
        _like = cell.Output.Weight;
        _readWeight = readHeads.Weightings.Value;
        _writeWeight = writeHeads.Weightings.Value;
        _read = readHeads.Reads.Value;
        ConstantMemory = (cell.Memory as Core.ConstantMemory)?.Value;
        FixedMemory = (cell.Memory as RandomMemory)?.Value;
    }

    public MachineShape Shape { get; }

    public ParameterTable Parameters { get; }

    /// <summary>The parameters, in the table's order.</summary>
    public Tensor[] Tensors { get; }

    /// <summary>The one value of a constant memory.</summary>
    public Tensor? ConstantMemory { get; }

    /// <summary>The matrix of a random memory.</summary>
    public Tensor? FixedMemory { get; }

    public float InitialReadWeight => Value(_readWeight);

    public float InitialWriteWeight => Value(_writeWeight);

    public float InitialRead => Value(_read);

    public bool LearnsMemory => Parameters.Memory >= 0;

    /// <summary>The engine's view of a cell, or the reason why there is none: it never changes, since parts do not.</summary>
    public static (CpuMachine? Machine, string Reason) Create(NtmCell cell)
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
        return (new CpuMachine(cell, readHeads, writeHeads, known.Layers, known.Lstm), "");

        string? Foreign(AddressingMechanism mechanism) => mechanism switch
        {
            ContentAddressing content when content.ParameterCount == cell.Settings.MemoryWidth + 1 => null,
            ContentAndLocationAddressing located when located.ParameterCount == cell.Settings.MemoryWidth + 2 * located.ShiftRange + 4
                && 2L * located.ShiftRange + 1 <= cell.Settings.MemoryLocations => null,
            _ => mechanism.GetType().Name,
        };
    }

    /// <summary>Why the model as it now is cannot be computed here, or <see langword="null"/>.</summary>
    public string? Obstacle() =>
        _like.device_type != DeviceType.CPU ? $"the model is on {_like.device}"
        : _like.dtype != ScalarType.Float32 ? $"the model's element type is {_like.dtype}"
        : !Array.TrueForAll(Tensors, TensorMemory.IsPlain) ? "not every parameter is contiguous, float32 and on the CPU"
        : null;

    /// <summary>Whether the cell still has the parameters that this was made of: moving a module to a type or device replaces them.</summary>
    public bool Describes(NtmCell cell) => ReferenceEquals(_like, cell.Output.Weight) && Array.TrueForAll(Tensors, t => !t.IsInvalid);

    /// <summary>The parameters' memory as it now is.</summary>
    public void ReadParameters(float** pointers)
    {
        for (var p = 0; p < Tensors.Length; p++)
            pointers[p] = TensorMemory.Start(Tensors[p]);
    }

    /// <summary>A workspace that nobody else uses until it is given back.</summary>
    public Workspace Rent()
    {
        lock (_idle)
            if (_idle.TryPop(out var workspace))
                return workspace;
        return new Workspace(this);
    }

    public void Return(Workspace workspace)
    {
        lock (_idle)
        {
            // As many as are ever used at once would be kept for ever otherwise.
            if (_idle.Count < 2)
            {
                _idle.Push(workspace);
                return;
            }
        }

        workspace.Dispose();
    }

    private static float Value(Tensor? tensor) => tensor is null ? 0 : *TensorMemory.Start(tensor);

    private static (bool Located, int ShiftRange) Addressing(AddressingMechanism mechanism) =>
        mechanism is ContentAndLocationAddressing located ? (true, located.ShiftRange) : (false, 0);
}
