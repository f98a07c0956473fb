using Microsoft.Extensions.Options;
using Ntm.Core.Engines;
using Ntm.Core.Engines.Cuda;
using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// One step of a Neural Turing Machine (paper, section 3), a building block for custom models. It is used like torch's
/// <c>LSTMCell</c>: it maps an input <c>[B, I]</c> and a state to logits <c>[B, O]</c> and a new state. The state is a value; the cell stores none.
/// </summary>
/// <remarks>
/// The controller receives the input and the previous read vectors. The heads receive the controller's output. The logits are a
/// linear layer of the controller's output and the new read vectors. Outputs are logits: apply the sigmoid in the loss.
/// Submodules: <c>controller</c>, <c>read_heads</c>, <c>write_heads</c>, <c>memory</c> and <c>output</c>
/// (<c>weight [O, H + R * M]</c>, <c>bias [O]</c>).
/// </remarks>
public sealed class NtmCell : nn.Module<Tensor, NtmState, (Tensor Logits, NtmState State)>
{
    private readonly NtmOptions _options;
    [ComponentName(Name = "controller")] private readonly Controller _controller;
    [ComponentName(Name = "read_heads")] private readonly ReadHeads _readHeads;
    [ComponentName(Name = "write_heads")] private readonly WriteHeads _writeHeads;
    [ComponentName(Name = "memory")] private readonly InitialMemory _memory;
    [ComponentName(Name = "output")] private readonly LinearLayer _output;
    private readonly UsageGate _gate;
    private CpuMachine? _cpu;
    private CudaMachine? _cuda;
    private readonly Lock _dropoutLock = new();
    private DropoutPosition _dropout;
    private int _threads;

    /// <summary>Creates a cell with newly initialized parameters.</summary>
    /// <param name="options">The architecture; copied.</param>
    /// <param name="parts">Custom components; <see langword="null"/> for none.</param>
    /// <param name="seed">Seed of the parameters; <see langword="null"/> uses torch's global generator.</param>
    /// <exception cref="OptionsValidationException">An option is out of range; the message names it.</exception>
    /// <exception cref="ArgumentException">The size of a component contradicts the options.</exception>
    /// <exception cref="NotSupportedException">Torch's default element type is Float16.</exception>
    public NtmCell(NtmOptions options, NtmParts? parts = null, int? seed = null)
        : base(nameof(NtmCell))
    {
        NtmOptionsValidator.ThrowIfInvalid(options);
        CheckType(Fresh.Type);
        _gate = new UsageGate(this, "model");
        _options = options.Clone();
        _dropout = new DropoutPosition((uint)(seed ?? 0), 0);
        using var initializer = new Initializer(seed);
        var factory = new PartFactory(_options, parts ?? new NtmParts(), initializer);
        _controller = factory.Controller();
        _readHeads = factory.ReadHeads();
        _writeHeads = factory.WriteHeads();
        _memory = factory.Memory();
        _output = new LinearLayer(_options.ControllerSize + _options.ReadHeads * _options.MemoryWidth, _options.OutputSize, initializer);
        RegisterComponents();
        ComponentNames.Require(this, "output.weight");
        // Like torch's own modules, a cell lives until it is disposed, even if it is created inside a dispose scope.
        foreach (var tensor in parameters().Concat(buffers()))
            tensor.DetachFromDisposeScope();
    }

    /// <summary>The architecture; a copy.</summary>
    public NtmOptions Options => _options.Clone();

    /// <summary>The controller.</summary>
    public Controller Controller => _controller;

    /// <summary>The read heads.</summary>
    public ReadHeads ReadHeads => _readHeads;

    /// <summary>The write heads.</summary>
    public WriteHeads WriteHeads => _writeHeads;

    /// <summary>The memory before the first step.</summary>
    public InitialMemory Memory => _memory;

    /// <summary>The requested engine. If it does not support the cell, the reference engine is used.</summary>
    /// <value>The default value is <see cref="EngineKind.Auto"/>.</value>
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>The number of threads of the CPU engine; 0 for all cores. The results are bit-identical for any number.</summary>
    /// <value>The default value is 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Threads
    {
        get => _threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _threads = value;
        }
    }

    /// <summary>
    /// The place of the next call in the stream of dropout masks. Every call in train mode with a <see cref="NtmOptions.Dropout"/> above 0 takes the next
    /// numbers of sequences, one for each sequence of its batch; other calls take none. Set it to repeat or to resume a computation; a trainer sets it
    /// before every batch.
    /// </summary>
    /// <remarks>Torch's generators have no influence. Steps count from 0 in every call, so a step that is computed alone is a sequence of one step.</remarks>
    /// <value>The initial value is the start of the stream of the seed that the parameters were drawn with, of 0 without one. Model files do not have
    /// it.</value>
    public DropoutPosition DropoutPosition
    {
        get
        {
            lock (_dropoutLock)
                return _dropout;
        }

        set
        {
            lock (_dropoutLock)
                _dropout = value;
        }
    }

    /// <summary>The engine that computes the cell in its current state, and the reason.</summary>
    public EngineChoice EngineChoice
    {
        get
        {
            using var usage = Use();
            return EngineSelection.Choose(this, out _);
        }
    }

    /// <summary>The options without a copy, for reading only.</summary>
    internal NtmOptions Settings => _options;

    internal LinearLayer Output => _output;

    /// <summary>The runtime that the CUDA engine uses instead of the one for the parameters' device.</summary>
    internal CudaRuntime? CudaRuntime { get; set; }

    /// <summary>Returns the state before the first step.</summary>
    /// <param name="batchSize">Number of sequences in the batch, <c>B</c>; 1 to 2,147,483,647.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is out of range.</exception>
    public NtmState InitialState(long batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, int.MaxValue);
        using var usage = Use();
        return new NtmState(
            _controller.InitialState(batchSize),
            _memory.forward(batchSize),
            _readHeads.InitialReads(batchSize),
            _readHeads.InitialWeightings(batchSize),
            _writeHeads.InitialWeightings(batchSize));
    }

    /// <summary>Computes one step.</summary>
    /// <remarks>In train mode with <see cref="NtmOptions.Dropout"/>; see <see cref="DropoutPosition"/>.</remarks>
    /// <param name="input">The input vectors, <c>[B, I]</c>; finite.</param>
    /// <param name="state">The state from <see cref="InitialState"/> or from the previous step.</param>
    /// <returns>The logits <c>[B, O]</c> and the new state.</returns>
    /// <exception cref="ArgumentException">A shape, element type or device is not the expected one, or a value is not finite.</exception>
    /// <exception cref="NotSupportedException">The model's element type is Float16.</exception>
    public override (Tensor Logits, NtmState State) forward(Tensor input, NtmState state)
    {
        using var usage = Use();
        CheckInput(input, nameof(input), "[B, I]", [-1, _options.InputSize]);
        var steps = EngineSelection.Steps(this, state);
        var isKnown = steps is not null && state?.Origin is { IsFinite: true } origin && origin.Pool == steps && origin.Describes(state)
            && state.BatchSize == input.size(0);
        if (!isKnown)
            CheckState(state!, input.size(0));
        if (steps is not null)
            return StepForward.Run(steps, input, state!, isKnown, TakeDropout(input.size(0)), _threads);
        using var scope = NewDisposeScope();
        var (logits, next) = EngineSelection.Forward(this, input.unsqueeze(0), state, []);
        return (logits.squeeze(0).MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }

    /// <summary>Returns the dropout of a call in the cell's mode, and advances the stream of masks.</summary>
    /// <param name="batch">The number of its sequences.</param>
    internal DropoutMasks TakeDropout(long batch)
    {
        if (_options.Dropout == 0 || !training)
            return default;
        lock (_dropoutLock)
        {
            var (seed, first) = _dropout;
            _dropout = new DropoutPosition(seed, unchecked(first + batch));
            return new DropoutMasks(_options.Dropout, seed, first);
        }
    }

    /// <summary>Begins a call. The cell is not disposed before the call ends, even if another thread disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The cell has been disposed.</exception>
    internal UsageGate.Usage Use() => _gate.Enter();

    /// <summary>Disposes something as soon as no call is in flight, and refuses further calls.</summary>
    internal void WhenUnused(Action dispose) => _gate.Close(dispose);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            WhenUnused(DisposeNow);
        else
            base.Dispose(false);
    }

    private void DisposeNow()
    {
        base.Dispose(true);
        _cpu?.Dispose();
        _cuda?.Dispose();
    }

    /// <summary>Returns the CPU engine's view of the cell, or the reason why there is none.</summary>
    internal (CpuMachine? Machine, string Reason) Cpu()
    {
        if (_cpu is not null && _cpu.Describes(this))
            return (_cpu, "");
        var (known, reason) = BuiltInCell.Of(this);
        _cpu?.Dispose();
        _cpu = known is null ? null : new CpuMachine(known);
        return (_cpu, reason);
    }

    /// <summary>Returns the CUDA engine's view of the cell, or the reason why there is none.</summary>
    internal (CudaMachine? Machine, string Reason) Cuda()
    {
        var (runtime, reason) = CudaRuntime is { } given ? (given, "") : CudaDevices.Get(Math.Max(0, _output.Weight.device_index));
        if (runtime is null)
            return (null, reason);
        if (_cuda is not null && _cuda.Runtime == runtime && _cuda.Describes(this))
            return (_cuda, "");
        (var known, reason) = BuiltInCell.Of(this);
        _cuda?.Dispose();
        _cuda = known is null ? null : new CudaMachine(known, runtime);
        return (_cuda, reason);
    }

    /// <summary>Computes one step without checks, with all data of a trace.</summary>
    /// <param name="input"><c>[B, I]</c></param>
    /// <param name="state">The state before the step.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <param name="number">The number of the step in the call.</param>
    internal NtmStep Step(Tensor input, NtmState state, in DropoutMasks dropout, int number)
    {
        var (whole, controllerState) = _controller.forward(cat([input, state.Reads.flatten(1)], 1), state.Controller);
        var output = DropoutOnTensors.Apply(whole, dropout, number);
        var headInput = _controller.HeadInput(output, controllerState);
        var written = _writeHeads.Write(headInput, state.WriteWeightings, state.Memory);
        var readable = _options.ReadOrder == ReadOrder.AfterWrite ? written.Memory : state.Memory;
        var read = _readHeads.Read(headInput, state.ReadWeightings, readable, written);
        var logits = Clipping.Clip(_output.forward(cat([output, read.Reads.flatten(1)], 1)), _options.Clip);
        var next = BoundedGradient.Apply(new NtmState(controllerState, written.Memory, read.Reads, read.Weightings, written.Weightings));
        return new NtmStep(logits, next, written.Erases, written.Adds);
    }

    internal void CheckInput(Tensor input, string argument, string layout, ReadOnlySpan<long> shape)
    {
        CheckType(_output.Weight.IsInvalid ? ScalarType.Float32 : _output.Weight.dtype);
        Guard.Layout(input, argument, layout, shape, _output.Weight);
        Guard.Finite(input, argument);
    }

    internal void CheckState(NtmState state, long batchSize)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (n, m, r, k) = (_options.MemoryLocations, _options.MemoryWidth, _options.ReadHeads, _options.WriteHeads);
        var like = _output.Weight;
        Guard.Layout(state.Memory, "state.Memory", "[B, N, M]", [batchSize, n, m], like);
        Guard.Layout(state.Reads, "state.Reads", "[B, R, M]", [batchSize, r, m], like);
        Guard.Layout(state.ReadWeightings, "state.ReadWeightings", "[B, R, N]", [batchSize, r, n], like);
        Guard.Layout(state.WriteWeightings, "state.WriteWeightings", "[B, K, N]", [batchSize, k, n], like);
        CheckControllerState(state, batchSize, like);
        Guard.Finite(state.Memory, "state.Memory");
        Guard.Finite(state.Reads, "state.Reads");
        Guard.Finite(state.ReadWeightings, "state.ReadWeightings");
        Guard.Finite(state.WriteWeightings, "state.WriteWeightings");
        for (var i = 0; i < state.Controller.Length; i++)
            Guard.Finite(state.Controller[i], $"state.Controller[{i}]");
    }

    /// <summary>Refuses float16, in which the constants that keep the equations finite are zero.</summary>
    private static void CheckType(ScalarType type)
    {
        if (type == ScalarType.Float16)
            throw new NotSupportedException("The model's element type is Float16, in which norms of 1e-4 and weights of 1e-12 vanish; expected Float32, Float64 or BFloat16.");
    }

    private void CheckControllerState(NtmState state, long batchSize, Tensor like)
    {
        // A user's controller defines its own state: an initial state of one sequence shows the expected shapes.
        using var scope = NewDisposeScope();
        var expected = _controller.InitialState(1);
        if (state.Controller.Length != expected.Length)
        {
            throw new ArgumentException(
                $"state.Controller has {state.Controller.Length} tensors; expected {expected.Length}, as {_controller.GetName()} makes.", nameof(state));
        }

        for (var i = 0; i < expected.Length; i++)
        {
            long[] shape = [batchSize, .. expected[i].shape[1..]];
            Guard.Layout(state.Controller[i], $"state.Controller[{i}]", "[B, ...]", shape, like);
        }
    }
}
