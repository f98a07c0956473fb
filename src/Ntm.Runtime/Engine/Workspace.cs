using System.Runtime.InteropServices;

namespace Ntm.Runtime.Engine;

/// <summary>
/// The memory of one call at a time: packed weights, initial state, histories, gradients. It is kept for the next call, grows to the size of the
/// largest one and allocates nothing after that.
/// </summary>
internal sealed unsafe class Workspace<TController, TAccess, TLoss> : IParallelWork, IPartialWorkspace
    where TController : struct, IController
    where TAccess : struct, IMemoryAccess
    where TLoss : struct, ILoss
{
    /// <summary>The number of shares of a batch; more threads than that have no work.</summary>
    private const int MostLanes = 16;

    /// <summary>The number of floats of all lanes' gradients (256 MiB), unless fewer than two lanes fit.</summary>
    private const long LaneBudget = 1 << 26;

    private readonly EngineModel _model;
    private readonly ParallelRunner _runner = new();
    private readonly float** _parameters;
    private readonly List<Helper> _helpers = [];
    private readonly List<Kept> _kept = [];
    private readonly List<LaneGradient> _lanes = [];
    private long[] _keys = [];
    private int[] _order = [];
    private int[] _lengths = [];
    private LossSum[] _sums = [];
    private int[] _perfect = [];
    private EngineBuffers? _own;
    private EngineBuffers _buffers = null!;
    private BatchCall _call = null!;
    private bool _backward;
    private int _groupRows;
    private int _groups;
    private int _laneCount;
    private int _firstPart;
    private int _endPart;

    public Workspace(EngineModel model)
    {
        _model = model;
        _parameters = (float**)NativeMemory.Alloc((nuint)model.Parameters.Names.Length, (nuint)sizeof(float*));
    }

    /// <summary>Computes the forward pass, and for <see cref="CallKind.Train"/> the backward pass as well.</summary>
    /// <param name="call">The call; the object must not change before <see cref="Backward"/>.</param>
    /// <param name="lengths">Each sequence's length, at least 1; empty if all are as long as the batch.</param>
    /// <param name="threads">The number of threads.</param>
    /// <returns>The loss and the number of perfect sequences, if there are targets.</returns>
    public (LossSum Sum, int Perfect) Forward(BatchCall call, ReadOnlySpan<int> lengths, int threads)
    {
        _call = call;
        _backward = false;
        Group(call, lengths);
        _buffers = call.Prepared ?? Prepare(call);
        (_firstPart, _endPart) = (Math.Min(call.FirstPart, _laneCount), Math.Min(call.EndPart, _laneCount));
        Reserve(call, threads);
        _runner.Run(this, _endPart - _firstPart, threads);
        var total = new LossSum();
        var perfect = 0;
        for (var part = _firstPart; part < _endPart; part++)
        {
            var (sum, few) = SumOf(part);
            total.Loss += sum.Loss;
            total.Wrong += sum.Wrong;
            perfect += few;
        }

        GC.KeepAlive(this);
        return (total, perfect);
    }

    /// <inheritdoc />
    public void ForwardAgain(BatchCall call, ReadOnlySpan<int> lengths, int threads) => Forward(call, lengths, threads);

    /// <summary>Computes the backward pass after a <see cref="CallKind.ForwardThenBackward"/>.</summary>
    public void Backward(int threads)
    {
        _backward = true;
        _runner.Run(this, _endPart - _firstPart, threads);
    }

    /// <summary>Writes the gradient of all parameters, after a backward pass.</summary>
    public void WriteGradient(float* flat)
    {
        AddParts();
        WriteSum(flat);
    }

    /// <inheritdoc />
    public int PartsOf(int batch) => LanesOf(GroupsOf(batch));

    /// <inheritdoc />
    public int PartLength => checked((int)LaneGradient.Floats(_model));

    /// <inheritdoc />
    public Span<float> Part(int part) => _lanes[part - _firstPart].Values;

    /// <inheritdoc />
    public (LossSum Sum, int Perfect) SumOf(int part)
    {
        var total = new LossSum();
        var perfect = 0;
        for (var g = LaneOf(part); g < _groups; g += _laneCount)
        {
            total.Loss += _sums[g].Loss;
            total.Wrong += _sums[g].Wrong;
            perfect += _perfect[g];
        }

        return (total, perfect);
    }

    /// <inheritdoc />
    public void Samples(int part, Span<bool> members)
    {
        members.Clear();
        for (var g = LaneOf(part); g < _groups; g += _laneCount)
            foreach (var sample in _order.AsSpan(g * _groupRows, Math.Min(_groupRows, _call.Batch - g * _groupRows)))
                members[sample] = true;
    }

    /// <inheritdoc />
    public void AddParts() => LaneGradient.Add(CollectionsMarshal.AsSpan(_lanes)[..(_endPart - _firstPart)], _firstPart, _laneCount);

    /// <inheritdoc />
    public void WriteGradient(ReadOnlySpan<float> sum, float* flat)
    {
        sum.CopyTo(_lanes[0].Values);
        WriteSum(flat);
    }

    /// <inheritdoc />
    public void Execute(int piece, int slot)
    {
        var helper = _helpers[slot];
        var lane = LaneOf(_firstPart + piece);
        for (var g = lane; g < _groups; g += _laneCount)
        {
            var first = g * _groupRows;
            var count = Math.Min(_groupRows, _call.Batch - first);
            var group = new SampleGroup(_order.AsSpan(first, count), _lengths.AsSpan(first, count));
            var rows = count == 1 ? 1 : _groupRows;
            var chunks = Chunks.Plan(_model.Shape, _call.Kind, rows, group.Steps, _groups);
            var keeps = _call.Kind == CallKind.ForwardThenBackward;
            var history = keeps && chunks.Count == 1 ? _kept[g].History : helper.History;
            var checkpoints = keeps ? _kept[g].Checkpoints : helper.Checkpoints;
            if (!_backward)
                ForwardGroup(group, g, rows, chunks, history, checkpoints, helper.Scratch);
            if (!_backward && _call.Kind != CallKind.Train)
                continue;
            if (history == helper.History && _backward)
                history.Arrange(rows, chunks.Length);
            if (g == lane)
                _lanes[piece].ClearInitial();
            GroupPass<TController, TAccess, TLoss>.Backward(
                _model.Shape, _buffers, _call, group, chunks, history, !_backward || history != helper.History, checkpoints, helper.Scratch, _lanes[piece],
                accumulate: g != lane);
        }
    }

    public void Dispose()
    {
        _own?.Dispose();
        _helpers.ForEach(h => h.Dispose());
        _kept.ForEach(k => k.Dispose());
        _lanes.ForEach(l => l.Dispose());
        NativeMemory.Free(_parameters);
        GC.SuppressFinalize(this);
    }

    ~Workspace() => NativeMemory.Free(_parameters);

    /// <summary>Packs the current parameters and computes the initial state.</summary>
    private EngineBuffers Prepare(BatchCall call)
    {
        _own ??= new EngineBuffers(_model.Shape);
        call.Model.ReadParameters(_parameters);
        _own.Weights.Pack(_model.Parameters, _parameters, panels: _groupRows > 1 && call.Batch > 1);
        InitialState.Fill(_model, _parameters, call.Model, _own.Initial);
        return _own;
    }

    private void ForwardGroup(
        in SampleGroup group, int g, int rows, in Chunks chunks, History history, History checkpoints, GroupScratch scratch)
    {
        Span<long> wrong = stackalloc long[group.Samples.Length];
        history.Arrange(rows, chunks.Length);
        if (chunks.Count > 1 && _call.Kind != CallKind.Forward)
            checkpoints.ArrangeCarried(rows, chunks.Count);
        _sums[g] = GroupPass<TController, TAccess, TLoss>.Forward(_model.Shape, _buffers, _call, group, chunks, history, checkpoints, scratch, wrong);
        _perfect[g] = _call.Targets is null ? 0 : wrong.Count(0);
    }

    /// <summary>Sorts by length, the longest first, so that groups waste little; equal lengths keep their order.</summary>
    private void Group(BatchCall call, ReadOnlySpan<int> lengths)
    {
        var batch = call.Batch;
        _groupRows = SampleGroups.Rows(_model.Shape);
        _groups = GroupsOf(batch);
        if (_order.Length < batch)
            (_keys, _order, _lengths, _sums, _perfect) = (new long[batch], new int[batch], new int[batch], new LossSum[batch], new int[batch]);
        for (var b = 0; b < batch; b++)
            _keys[b] = (long)(call.Steps - (lengths.IsEmpty ? call.Steps : lengths[b])) * batch + b;
        Array.Sort(_keys, 0, batch);
        for (var b = 0; b < batch; b++)
            (_order[b], _lengths[b]) = ((int)(_keys[b] % batch), call.Steps - (int)(_keys[b] / batch));
        _laneCount = LanesOf(_groups);
    }

    private int GroupsOf(int batch) => (batch + SampleGroups.Rows(_model.Shape) - 1) / SampleGroups.Rows(_model.Shape);

    private int LanesOf(int groups) => (int)Math.Min(groups, Math.Clamp(LaneBudget / LaneGradient.Floats(_model), 2, MostLanes));

    /// <summary>Returns the lane of a part of the batch. Short groups follow long ones, so the parts are the first lane, the last, the second, the last but
    /// one: parts that are next to each other have the same number of steps together.</summary>
    private int LaneOf(int part) => part % 2 == 0 ? part / 2 : _laneCount - 1 - part / 2;

    private void WriteSum(float* flat)
    {
        GradientWriter.Write(_model, _lanes[0], _call.Given is null ? _buffers.Initial : null, flat);
        GC.KeepAlive(this);
    }

    private void Reserve(BatchCall call, int threads)
    {
        var parts = _endPart - _firstPart;
        while (_helpers.Count < Math.Min(threads, parts))
            _helpers.Add(new Helper(_model.Shape));
        while (_lanes.Count < Math.Max(1, parts) && call.Kind != CallKind.Forward)
            _lanes.Add(new LaneGradient(_model));
        while (_kept.Count < _groups && call.Kind == CallKind.ForwardThenBackward)
            _kept.Add(new Kept(_model.Shape));
    }

    /// <summary>The working data of a thread.</summary>
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

    /// <summary>The data that a group keeps for its backward pass.</summary>
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
