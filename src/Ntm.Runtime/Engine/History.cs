using System.Runtime.Intrinsics.X86;

namespace Ntm.Runtime.Engine;

/// <summary>
/// The data of a chunk of steps that the backward pass needs, for a group of samples in lockstep. Row <c>s * Rows + r</c> of an array
/// belongs to step <c>s</c> and sample <c>r</c>. State that is passed from step to step (layer inputs, cell states, the memory access's floats) has one
/// slot more than there are steps: slot <c>s</c> is before step <c>s</c>.
/// </summary>
internal sealed unsafe class History : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _layers;
    private readonly float*[] _gates;
    private readonly float*[] _cells;
    private readonly float*[] _keptCells;
    private float* _top;
    private float* _dropout;
    private float* _headOutputs;
    private float* _logits;
    private float* _carried;
    private float* _kept;

    public History(MachineShape shape)
    {
        _shape = shape;
        _layers = new float*[shape.Layers];
        _gates = new float*[shape.Layers];
        _cells = new float*[shape.Layers];
        _keptCells = new float*[shape.Layers];
    }

    public int Rows { get; private set; }

    public int Steps { get; private set; }

    /// <summary>The number of floats per step and sample.</summary>
    public static long FloatsPerStep(MachineShape shape)
    {
        var floats = CarriedFloats(shape) + shape.TopStride + shape.HeadOutputsPadded + shape.Access.KeptFloats + shape.OutputsPadded + DropoutStride(shape);
        return floats + shape.Layers * (shape.GateRows + (shape.Controller.HasCell ? shape.UnitsPadded : 0L));
    }

    /// <summary>The number of floats per sample that are passed from step to step.</summary>
    public static long CarriedFloats(MachineShape shape)
    {
        long floats = shape.Access.CarriedFloats;
        for (var l = 0; l < shape.Layers; l++)
            floats += shape.LayerStride(l) + (shape.Controller.HasCell ? shape.UnitsPadded : 0);
        return floats;
    }

    /// <summary>Reserves space for a chunk.</summary>
    public void Arrange(int rows, int steps)
    {
        (Rows, Steps) = (rows, steps);
        var at = _buffer.Require((long)rows * ((steps + 1) * CarriedFloats(_shape) + steps * (FloatsPerStep(_shape) - CarriedFloats(_shape)))
            + 64L * (13 + 4 * _shape.Layers));
        for (var l = 0; l < _shape.Layers; l++)
        {
            _layers[l] = Take(ref at, steps + 1, _shape.LayerStride(l));
            _gates[l] = Take(ref at, steps, _shape.GateRows);
            if (!_shape.Controller.HasCell)
                continue;
            _cells[l] = Take(ref at, steps + 1, _shape.UnitsPadded);
            _keptCells[l] = Take(ref at, steps, _shape.UnitsPadded);
        }

        _top = Take(ref at, steps, _shape.TopStride);
        _dropout = Take(ref at, steps, DropoutStride(_shape));
        _headOutputs = Take(ref at, steps, _shape.HeadOutputsPadded);
        _logits = Take(ref at, steps, _shape.OutputsPadded);
        _carried = Take(ref at, steps + 1, _shape.Access.CarriedFloats);
        _kept = Take(ref at, steps, _shape.Access.KeptFloats);
    }

    /// <summary>Reserves space for the state only.</summary>
    public void ArrangeCarried(int rows, int slots)
    {
        (Rows, Steps) = (rows, 0);
        var at = _buffer.Require((long)rows * slots * CarriedFloats(_shape) + 64L * (4 + 2 * _shape.Layers));
        for (var l = 0; l < _shape.Layers; l++)
        {
            _layers[l] = Take(ref at, slots, _shape.LayerStride(l));
            if (_shape.Controller.HasCell)
                _cells[l] = Take(ref at, slots, _shape.UnitsPadded);
        }

        _carried = Take(ref at, slots, _shape.Access.CarriedFloats);
    }

    /// <summary>A layer's input row, <c>[LayerStride]</c>.</summary>
    public float* Layer(int layer, int slot, int row = 0) => _layers[layer] + Row(slot, row) * _shape.LayerStride(layer);

    /// <summary>A layer's sums, then the data that its backward pass needs, then the gradients of the sums.</summary>
    public float* Gates(int layer, int step, int row = 0) => _gates[layer] + Row(step, row) * _shape.GateRows;

    public float* Cells(int layer, int slot, int row = 0) => _cells[layer] + Row(slot, row) * _shape.UnitsPadded;

    /// <summary>See <see cref="LayerSlot.Kept"/>.</summary>
    public float* KeptCells(int layer, int step, int row = 0) => _keptCells[layer] + Row(step, row) * _shape.UnitsPadded;

    /// <summary>The controller's output after dropout, a one, the reads.</summary>
    public float* Top(int step, int row = 0) => _top + Row(step, row) * _shape.TopStride;

    /// <summary>The factors of the controller's output by dropout, one for padding; only if <see cref="MachineShape.MayDrop"/>.</summary>
    public float* Dropout(int step, int row = 0) => _dropout + Row(step, row) * _shape.UnitsPadded;

    /// <summary>The raw outputs of the layers that control the memory access, later their gradients.</summary>
    public float* HeadOutputs(int step, int row = 0) => _headOutputs + Row(step, row) * _shape.HeadOutputsPadded;

    /// <summary>The unclipped logits, later their gradients.</summary>
    public float* Logits(int step, int row = 0) => _logits + Row(step, row) * _shape.OutputsPadded;

    /// <summary>The floats that the memory access carries.</summary>
    public float* Carried(int slot, int row = 0) => _carried + Row(slot, row) * _shape.Access.CarriedFloats;

    /// <summary>The floats that the memory access keeps of a step.</summary>
    public float* Kept(int step, int row = 0) => _kept + Row(step, row) * _shape.Access.KeptFloats;

    /// <summary>Tells whether all values of the state of one sample are finite.</summary>
    public bool IsFinite(int slot, int row)
    {
        for (var l = 0; l < _shape.Layers; l++)
        {
            if (!FiniteCheck.AllFinite(Layer(l, slot, row), _shape.BelowColumn))
                return false;
            if (_shape.Controller.HasCell && !FiniteCheck.AllFinite(Cells(l, slot, row), _shape.Units))
                return false;
        }

        return FiniteCheck.AllFinite(Layer(0, slot, row) + _shape.BelowColumn, _shape.Access.ReadWidth)
            && FiniteCheck.AllFinite(Carried(slot, row) + _shape.Access.FirstTelling, _shape.Access.CarriedFloats - _shape.Access.FirstTelling);
    }

    /// <summary>
    /// Loads the data of a step's row into the cache before it is needed. The histories of a batch do not fit the cache, and the steps are too far apart for the
    /// processor to see the next one coming.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="slot">The slot of the state that is needed.</param>
    /// <param name="row">The row.</param>
    public void Prefetch(int step, int slot, int row)
    {
        if (!Sse.IsSupported || step < 0 || step >= Steps)
            return;
        Prefetch(Carried(slot, row), _shape.Access.CarriedFloats);
        Prefetch(Kept(step, row), _shape.Access.KeptFloats);
        Prefetch(Top(step, row), _shape.TopStride);
        Prefetch(HeadOutputs(step, row), _shape.HeadOutputsPadded);
        for (var l = 0; l < _shape.Layers; l++)
        {
            Prefetch(Layer(l, slot, row), _shape.LayerStride(l));
            Prefetch(Gates(l, step, row), _shape.GateRows);
            if (!_shape.Controller.HasCell)
                continue;
            Prefetch(Cells(l, slot, row), _shape.UnitsPadded);
            Prefetch(KeptCells(l, step, row), _shape.UnitsPadded);
        }
    }

    private static void Prefetch(float* start, int count)
    {
        for (var i = 0; i < count; i += 16)
            Sse.Prefetch1(start + i);
    }

    /// <summary>Copies the state from one slot to a slot of another history (or of this one) with the same number of rows.</summary>
    public void CopyCarried(int slot, History target, int targetSlot)
    {
        for (var r = 0; r < Rows; r++)
            CopyRow(slot, r, target, targetSlot, r);
    }

    /// <summary>Copies the state of one sample.</summary>
    public void CopyRow(int slot, int row, History target, int targetSlot, int targetRow)
    {
        for (var l = 0; l < _shape.Layers; l++)
        {
            Copy(Layer(l, slot, row), target.Layer(l, targetSlot, targetRow), _shape.LayerStride(l));
            if (_shape.Controller.HasCell)
                Copy(Cells(l, slot, row), target.Cells(l, targetSlot, targetRow), _shape.UnitsPadded);
        }

        Copy(Carried(slot, row), target.Carried(targetSlot, targetRow), _shape.Access.CarriedFloats);
    }

    public void Dispose() => _buffer.Dispose();

    private static int DropoutStride(MachineShape shape) => shape.MayDrop ? shape.UnitsPadded : 0;

    private nint Row(int slot, int row) => (nint)slot * Rows + row;

    private static void Copy(float* source, float* target, int count)
    {
        var bytes = (long)count * sizeof(float);
        Buffer.MemoryCopy(source, target, bytes, bytes);
    }

    private float* Take(ref float* at, int slots, int stride)
    {
        var taken = at;
        // 64 floats between arrays: vector loops may write past the end, and no two arrays share a cache line.
        at += ((nint)slots * Rows * stride + 63) / 16 * 16;
        return taken;
    }
}
