namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// What the backward pass needs of a stretch of steps, for a group of samples in lockstep. Row <c>s * Rows + r</c> of an array
/// belongs to step <c>s</c> and sample <c>r</c>. What is carried from step to step (layer inputs, cell states, memory, weightings) has a slot
/// more than there are steps: slot <c>s</c> is before step <c>s</c>.
/// </summary>
internal sealed unsafe class History : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _layers;
    private readonly float*[] _gates;
    private readonly float*[] _cells;
    private readonly float*[] _cellTanhs;
    private float* _top;
    private float* _parameters;
    private float* _activated;
    private float* _logits;
    private float* _memory;
    private float* _weightings;
    private float* _addressing;

    public History(MachineShape shape)
    {
        _shape = shape;
        _layers = new float*[shape.Layers];
        _gates = new float*[shape.Layers];
        _cells = new float*[shape.Layers];
        _cellTanhs = new float*[shape.Layers];
    }

    public int Rows { get; private set; }

    public int Steps { get; private set; }

    /// <summary>Floats per step and sample.</summary>
    public static long FloatsPerStep(MachineShape shape)
    {
        var floats = CarriedFloats(shape) + shape.TopStride + shape.HeadOutputsPadded + shape.ActivatedStride + shape.OutputsPadded
            + 4L * shape.Heads * shape.LocationsPadded;
        return floats + shape.Layers * (shape.GateRows + (shape.Lstm ? shape.UnitsPadded : 0L));
    }

    /// <summary>Floats per sample of what is carried from step to step.</summary>
    public static long CarriedFloats(MachineShape shape)
    {
        var floats = shape.MemorySize + shape.LocationsPadded + (long)shape.Heads * shape.LocationsPadded;
        for (var l = 0; l < shape.Layers; l++)
            floats += shape.LayerStride(l) + (shape.Lstm ? shape.UnitsPadded : 0);
        return floats;
    }

    /// <summary>Makes room for a stretch.</summary>
    public void Arrange(int rows, int steps)
    {
        (Rows, Steps) = (rows, steps);
        var at = _buffer.Require((long)rows * ((steps + 1) * CarriedFloats(_shape) + steps * (FloatsPerStep(_shape) - CarriedFloats(_shape)))
            + 64L * (12 + 4 * _shape.Layers));
        for (var l = 0; l < _shape.Layers; l++)
        {
            _layers[l] = Take(ref at, steps + 1, _shape.LayerStride(l));
            _gates[l] = Take(ref at, steps, _shape.GateRows);
            if (!_shape.Lstm)
                continue;
            _cells[l] = Take(ref at, steps + 1, _shape.UnitsPadded);
            _cellTanhs[l] = Take(ref at, steps, _shape.UnitsPadded);
        }

        _top = Take(ref at, steps, _shape.TopStride);
        _parameters = Take(ref at, steps, _shape.HeadOutputsPadded);
        _activated = Take(ref at, steps, _shape.ActivatedStride);
        _logits = Take(ref at, steps, _shape.OutputsPadded);
        _memory = Take(ref at, steps + 1, _shape.MemorySize + _shape.LocationsPadded);
        _weightings = Take(ref at, steps + 1, _shape.Heads * _shape.LocationsPadded);
        _addressing = Take(ref at, steps, 4 * _shape.Heads * _shape.LocationsPadded);
    }

    /// <summary>Makes room for what is carried alone.</summary>
    public void ArrangeCarried(int rows, int slots)
    {
        (Rows, Steps) = (rows, 0);
        var at = _buffer.Require((long)rows * slots * CarriedFloats(_shape) + 64L * (4 + 2 * _shape.Layers));
        for (var l = 0; l < _shape.Layers; l++)
        {
            _layers[l] = Take(ref at, slots, _shape.LayerStride(l));
            if (_shape.Lstm)
                _cells[l] = Take(ref at, slots, _shape.UnitsPadded);
        }

        _memory = Take(ref at, slots, _shape.MemorySize + _shape.LocationsPadded);
        _weightings = Take(ref at, slots, _shape.Heads * _shape.LocationsPadded);
    }

    /// <summary>A layer's input row, <c>[LayerStride]</c>.</summary>
    public float* Layer(int layer, int slot, int row = 0) => _layers[layer] + Row(slot, row) * _shape.LayerStride(layer);

    /// <summary>The activated gates of an LSTM layer (the outputs of a feedforward one), later their gradients before activation.</summary>
    public float* Gates(int layer, int step, int row = 0) => _gates[layer] + Row(step, row) * _shape.GateRows;

    public float* Cells(int layer, int slot, int row = 0) => _cells[layer] + Row(slot, row) * _shape.UnitsPadded;

    public float* CellTanhs(int layer, int step, int row = 0) => _cellTanhs[layer] + Row(step, row) * _shape.UnitsPadded;

    /// <summary>The controller's output, a one, the reads.</summary>
    public float* Top(int step, int row = 0) => _top + Row(step, row) * _shape.TopStride;

    /// <summary>The head layers' raw outputs, later their gradients.</summary>
    public float* Parameters(int step, int row = 0) => _parameters + Row(step, row) * _shape.HeadOutputsPadded;

    /// <summary>The same activated; behind them the keys' inverse norms.</summary>
    public float* Activated(int step, int row = 0) => _activated + Row(step, row) * _shape.ActivatedStride;

    /// <summary>The unclipped logits, later their gradients.</summary>
    public float* Logits(int step, int row = 0) => _logits + Row(step, row) * _shape.OutputsPadded;

    public float* Memory(int slot, int row) => _memory + Row(slot, row) * (_shape.MemorySize + _shape.LocationsPadded);

    /// <summary>The inverse norms of the memory's rows.</summary>
    public float* RowScales(int slot, int row) => Memory(slot, row) + _shape.MemorySize;

    public float* Weighting(int slot, int row, int head) =>
        _weightings + (Row(slot, row) * _shape.Heads + head) * _shape.LocationsPadded;

    /// <summary>A head at a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="row">The sample.</param>
    /// <param name="head">The head.</param>
    /// <param name="firstParameter">Where the head's numbers begin among the head layers' outputs.</param>
    /// <param name="memorySlot">The slot of the memory that it addresses.</param>
    public HeadSlot Head(int step, int row, int head, int firstParameter, int memorySlot)
    {
        nint locations = _shape.LocationsPadded;
        var arrays = _addressing + (Row(step, row) * _shape.Heads + head) * 4 * locations;
        var activated = Activated(step, row);
        return new HeadSlot
        {
            Key = activated + firstParameter,
            KeyScale = activated[_shape.KeyScaleColumn + head],
            Memory = Memory(memorySlot, row),
            RowScales = RowScales(memorySlot, row),
            Previous = Weighting(step, row, head),
            Similarity = arrays,
            Content = arrays + locations,
            Shifted = arrays + 2 * locations,
            Logarithm = arrays + 3 * locations,
            Weighting = Weighting(step + 1, row, head),
        };
    }

    /// <summary>Copies what is carried from one slot to a slot of another history (or of this one) with as many rows.</summary>
    public void CopyCarried(int slot, History target, int targetSlot)
    {
        for (var r = 0; r < Rows; r++)
            CopyRow(slot, r, target, targetSlot, r);
    }

    /// <summary>Copies what is carried of one sample.</summary>
    public void CopyRow(int slot, int row, History target, int targetSlot, int targetRow)
    {
        for (var l = 0; l < _shape.Layers; l++)
        {
            Copy(Layer(l, slot, row), target.Layer(l, targetSlot, targetRow), _shape.LayerStride(l));
            if (_shape.Lstm)
                Copy(Cells(l, slot, row), target.Cells(l, targetSlot, targetRow), _shape.UnitsPadded);
        }

        Copy(Memory(slot, row), target.Memory(targetSlot, targetRow), _shape.MemorySize + _shape.LocationsPadded);
        Copy(Weighting(slot, row, 0), target.Weighting(targetSlot, targetRow, 0), _shape.Heads * _shape.LocationsPadded);
    }

    public void Dispose() => _buffer.Dispose();

    private nint Row(int slot, int row) => (nint)slot * Rows + row;

    private static void Copy(float* source, float* target, int count)
    {
        var bytes = (long)count * sizeof(float);
        Buffer.MemoryCopy(source, target, bytes, bytes);
    }

    private float* Take(ref float* at, int slots, int stride)
    {
        var taken = at;
        // 64 floats between arrays: vector loops may run over, and nothing shares a cache line.
        at += ((nint)slots * Rows * stride + 63) / 16 * 16;
        return taken;
    }
}
