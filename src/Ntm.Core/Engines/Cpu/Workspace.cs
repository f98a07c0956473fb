using System.Runtime.InteropServices;

namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// The memory of one call at a time: packed weights, initial state, histories, gradients. Kept for the next call; grows to the largest
/// one and allocates nothing after that.
/// </summary>
internal sealed unsafe class Workspace : IWork, ISequenceWorkspace
{
    /// <summary>Shares into which a batch is cut; more threads than that find no work.</summary>
    private const int MostLanes = 16;

    /// <summary>Floats of all lanes' gradients (256 MiB), unless that leaves fewer than two.</summary>
    private const long LaneBudget = 1 << 26;

    /// <summary>Elements of a memory above which samples go alone: their products with the weights no longer matter, their histories do.</summary>
    private const int LargeMemory = 1 << 18;

    private readonly CpuMachine _machine;
    private readonly WorkCrew _crew = new();
    private readonly float** _parameters;
    private readonly List<Helper> _helpers = [];
    private readonly List<Kept> _kept = [];
    private readonly List<LaneGradient> _lanes = [];
    private long[] _keys = [];
    private int[] _order = [];
    private int[] _lengths = [];
    private CostSum[] _costs = [];
    private int[] _flawless = [];
    private BatchCall _call = null!;
    private bool _backward;
    private int _groupRows;
    private int _groups;
    private int _laneCount;

    public Workspace(CpuMachine machine)
    {
        _machine = machine;
        Weights = new PackedWeights(machine.Shape);
        Initial = new History(machine.Shape);
        _parameters = (float**)NativeMemory.Alloc((nuint)machine.Tensors.Length, (nuint)sizeof(float*));
    }

    public PackedWeights Weights { get; }

    /// <summary>The machine's own initial state.</summary>
    public History Initial { get; }

    /// <summary>Forward, and for <see cref="CallKind.Train"/> backward as well.</summary>
    /// <param name="call">The call; its object may not change before <see cref="Backward"/>.</param>
    /// <param name="lengths">Each sequence's length, at least 1; empty if all are as long as the batch.</param>
    /// <param name="threads">Threads.</param>
    /// <returns>The cost, and the sequences without a wrong bit, where there are targets.</returns>
    public (CostSum Cost, int Flawless) Forward(BatchCall call, ReadOnlySpan<int> lengths, int threads)
    {
        _call = call;
        _backward = false;
        call.Model.ReadParameters(_parameters);
        Group(call, lengths);
        Weights.Pack(_machine.Parameters, _parameters, panels: _groupRows > 1 && call.Batch > 1);
        InitialState.Fill(_machine, _parameters, call.Model.Starts(), Initial);
        Reserve(call, threads);
        _crew.Run(this, _laneCount, threads);
        var total = new CostSum();
        var flawless = 0;
        for (var g = 0; g < _groups; g++)
        {
            total.Nats += _costs[g].Nats;
            total.WrongBits += _costs[g].WrongBits;
            flawless += _flawless[g];
        }

        GC.KeepAlive(this);
        return (total, flawless);
    }

    /// <inheritdoc />
    public void ForwardAgain(BatchCall call, int threads) => Forward(call, [], threads);

    /// <summary>Backward, after a <see cref="CallKind.ForwardThenBackward"/>.</summary>
    public void Backward(int threads)
    {
        _backward = true;
        _crew.Run(this, _laneCount, threads);
    }

    /// <summary>The gradient of all parameters, after a backward pass.</summary>
    public void WriteGradient(float* flat)
    {
        _lanes[0].Add(CollectionsMarshal.AsSpan(_lanes)[1.._laneCount]);
        FlatGradient.Write(_machine, _lanes[0], _call.Given is null ? Initial : null, flat);
        GC.KeepAlive(this);
    }

    /// <inheritdoc />
    public void Execute(int piece, int slot)
    {
        var helper = _helpers[slot];
        for (var g = piece; g < _groups; g += _laneCount)
        {
            var first = g * _groupRows;
            var count = Math.Min(_groupRows, _call.Batch - first);
            var group = new SampleGroup(_order.AsSpan(first, count), _lengths.AsSpan(first, count));
            var rows = count == 1 ? 1 : _groupRows;
            var stretches = Stretches.Plan(_machine.Shape, _call.Kind, rows, group.Steps, _groups);
            var keeps = _call.Kind == CallKind.ForwardThenBackward;
            var history = keeps && stretches.Count == 1 ? _kept[g].History : helper.History;
            var checkpoints = keeps ? _kept[g].Checkpoints : helper.Checkpoints;
            if (!_backward)
                ForwardGroup(group, g, rows, stretches, history, checkpoints, helper.Scratch);
            if (!_backward && _call.Kind != CallKind.Train)
                continue;
            if (history == helper.History && _backward)
                history.Arrange(rows, stretches.Length);
            if (g == piece)
                _lanes[piece].ClearInitial();
            GroupPass.Backward(
                _machine, this, _call, group, stretches, history, !_backward || history != helper.History, checkpoints, helper.Scratch, _lanes[piece],
                accumulate: g != piece);
        }
    }

    public void Dispose()
    {
        Weights.Dispose();
        Initial.Dispose();
        _helpers.ForEach(h => h.Dispose());
        _kept.ForEach(k => k.Dispose());
        _lanes.ForEach(l => l.Dispose());
        NativeMemory.Free(_parameters);
        GC.SuppressFinalize(this);
    }

    ~Workspace() => NativeMemory.Free(_parameters);

    private void ForwardGroup(
        in SampleGroup group, int g, int rows, in Stretches stretches, History history, History checkpoints, GroupScratch scratch)
    {
        Span<long> wrongBits = stackalloc long[group.Samples.Length];
        history.Arrange(rows, stretches.Length);
        if (stretches.Count > 1 && _call.Kind != CallKind.Forward)
            checkpoints.ArrangeCarried(rows, stretches.Count);
        _costs[g] = GroupPass.Forward(_machine, this, _call, group, stretches, history, checkpoints, scratch, wrongBits);
        _flawless[g] = _call.Targets is null ? 0 : wrongBits.Count(0);
    }

    /// <summary>Sorts by length, the longest first, so that groups waste little; equal ones keep their order.</summary>
    private void Group(BatchCall call, ReadOnlySpan<int> lengths)
    {
        var batch = call.Batch;
        _groupRows = _machine.Shape.MemorySize > LargeMemory ? 1 : 4;
        _groups = (batch + _groupRows - 1) / _groupRows;
        if (_order.Length < batch)
            (_keys, _order, _lengths, _costs, _flawless) = (new long[batch], new int[batch], new int[batch], new CostSum[batch], new int[batch]);
        for (var b = 0; b < batch; b++)
            _keys[b] = (long)(call.Steps - (lengths.IsEmpty ? call.Steps : lengths[b])) * batch + b;
        Array.Sort(_keys, 0, batch);
        for (var b = 0; b < batch; b++)
            (_order[b], _lengths[b]) = ((int)(_keys[b] % batch), call.Steps - (int)(_keys[b] / batch));
        var laneFloats = LaneGradient.Floats(_machine.Shape, _machine.LearnsMemory);
        _laneCount = (int)Math.Min(_groups, Math.Clamp(LaneBudget / laneFloats, 2, MostLanes));
    }

    private void Reserve(BatchCall call, int threads)
    {
        while (_helpers.Count < Math.Min(threads, _laneCount))
            _helpers.Add(new Helper(_machine.Shape));
        while (_lanes.Count < _laneCount && call.Kind != CallKind.Forward)
            _lanes.Add(new LaneGradient(_machine.Shape, _machine.LearnsMemory));
        while (_kept.Count < _groups && call.Kind == CallKind.ForwardThenBackward)
            _kept.Add(new Kept(_machine.Shape));
    }

    /// <summary>What a thread works with.</summary>
    private sealed class Helper(MachineShape shape) : IDisposable
    {
        public History History { get; } = new(shape);

        public History Checkpoints { get; } = new(shape);

        public GroupScratch Scratch { get; } = new(shape);

        public void Dispose()
        {
            History.Dispose();
            Checkpoints.Dispose();
            Scratch.Dispose();
        }
    }

    /// <summary>What a group leaves for its backward pass.</summary>
    private sealed class Kept(MachineShape shape) : IDisposable
    {
        public History History { get; } = new(shape);

        public History Checkpoints { get; } = new(shape);

        public void Dispose()
        {
            History.Dispose();
            Checkpoints.Dispose();
        }
    }
}
