namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// The gradient of the parameters in the engine's own layout. A lane is a fixed share of a batch's groups: its groups add to
/// it one after the other, and the lanes are added up in order, so that no thread count changes a bit.
/// </summary>
internal sealed unsafe class LaneGradient : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _layers;
    private readonly int _length;
    private readonly int _carriedLength;
    private readonly float* _carried;
    private readonly bool _learnsMemory;

    public LaneGradient(MachineShape shape, bool learnsMemory)
    {
        _shape = shape;
        _learnsMemory = learnsMemory;
        _layers = new float*[shape.Layers];
        _carriedLength = CarriedLength(shape, learnsMemory);
        _length = checked((int)Floats(shape, learnsMemory));
        var at = _buffer.Require(_length);
        for (var l = 0; l < shape.Layers; l++)
        {
            _layers[l] = at;
            at += (nint)shape.GateRows * LayerStride(l);
        }

        Heads = at;
        Output = Heads + (nint)shape.HeadOutputsPadded * HeadStride;
        _carried = Output + (nint)shape.OutputsPadded * OutputStride;
    }

    /// <summary><c>[HeadOutputsPadded, HeadStride]</c></summary>
    public float* Heads { get; }

    /// <summary><c>[OutputsPadded, OutputStride]</c></summary>
    public float* Output { get; }

    public int HeadStride => Round.Up(_shape.TopBiasColumn + 1, 8);

    public int OutputStride => Round.Up(_shape.TopColumns, 8);

    public float* Reads => _carried + 2 * _shape.Layers * _shape.UnitsPadded;

    /// <summary>In blocks; only if it is learned.</summary>
    public float* Memory => Weighting(_shape.Heads);

    /// <summary>Floats of a lane.</summary>
    public static long Floats(MachineShape shape, bool learnsMemory)
    {
        long length = CarriedLength(shape, learnsMemory)
            + (long)shape.HeadOutputsPadded * Round.Up(shape.TopBiasColumn + 1, 8) + (long)shape.OutputsPadded * Round.Up(shape.TopColumns, 8);
        for (var l = 0; l < shape.Layers; l++)
            length += (long)shape.GateRows * Round.Up(shape.BiasColumn(l) + 1, 8);
        return length;
    }

    public int LayerStride(int layer) => Round.Up(_shape.BiasColumn(layer) + 1, 8);

    /// <summary><c>[GateRows, LayerStride]</c></summary>
    public float* Layer(int layer) => _layers[layer];

    public float* InitialH(int layer) => _carried + 2 * layer * _shape.UnitsPadded;

    public float* InitialC(int layer) => InitialH(layer) + _shape.UnitsPadded;

    public float* Weighting(int head) => Reads + Round.Up(_shape.ReadWidth, 8) + (nint)head * _shape.LocationsPadded;

    /// <summary>Adds the weight gradients of a stretch, or sets them. Rows of padded units are left as they are: nobody reads them.</summary>
    public void AddWeights(History history, int steps, bool accumulate)
    {
        var rows = steps * history.Rows;
        for (var l = 0; l < _shape.Layers; l++)
        {
            for (var gate = 0; gate < _shape.GateRows; gate += _shape.UnitsPadded)
            {
                PanelProduct.Multiply(
                    history.Gates(l, 0) + gate, 1, _shape.GateRows, Round.Up(_shape.Units, 4), history.Layer(l, 0), PanelProduct.Width,
                    _shape.LayerStride(l), Layer(l) + (nint)gate * LayerStride(l), LayerStride(l), LayerStride(l), rows, accumulate);
            }
        }

        PanelProduct.Multiply(
            history.Parameters(0), 1, _shape.HeadOutputsPadded, Round.Up(_shape.HeadOutputs, 4), history.Top(0), PanelProduct.Width,
            _shape.TopStride, Heads, HeadStride, HeadStride, rows, accumulate);
        PanelProduct.Multiply(
            history.Logits(0), 1, _shape.OutputsPadded, Round.Up(_shape.Outputs, 4), history.Top(0), PanelProduct.Width, _shape.TopStride,
            Output, OutputStride, OutputStride, rows, accumulate);
    }

    public void ClearInitial() => Cpu.Floats.Clear(_carried, _carriedLength);

    /// <summary>Adds the gradient of one sample's initial state.</summary>
    public void AddInitial(GroupScratch scratch, int row)
    {
        if (_shape.Lstm)
        {
            for (var l = 0; l < _shape.Layers; l++)
            {
                Cpu.Floats.Add(scratch.DLayer(l, row), InitialH(l), _shape.Units);
                Cpu.Floats.Add(scratch.DCells(l, row), InitialC(l), _shape.Units);
            }
        }

        Cpu.Floats.Add(scratch.DLayer(0, row) + _shape.BelowColumn, Reads, _shape.ReadWidth);
        for (var h = 0; h < _shape.Heads; h++)
            Cpu.Floats.Add(scratch.DWeighting(row, h), Weighting(h), _shape.LocationsPadded);
        if (_learnsMemory)
            Cpu.Floats.Add(scratch.DMemory(row), Memory, _shape.MemorySize);
    }

    /// <summary>Adds other lanes, one after the other, in pieces that stay in the cache meanwhile.</summary>
    public void Add(ReadOnlySpan<LaneGradient> others)
    {
        const int Piece = 2048;
        for (var at = 0; at < _length; at += Piece)
            foreach (var other in others)
                Cpu.Floats.Add(other._buffer.Start + at, _buffer.Start + at, Math.Min(Piece, _length - at));
    }

    public void Dispose() => _buffer.Dispose();

    private static int CarriedLength(MachineShape shape, bool learnsMemory) => checked(
        2 * shape.Layers * shape.UnitsPadded + Round.Up(shape.ReadWidth, 8) + shape.Heads * shape.LocationsPadded + (learnsMemory ? shape.MemorySize : 0));
}
