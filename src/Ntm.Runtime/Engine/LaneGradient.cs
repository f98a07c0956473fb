using Ntm.Shared;

namespace Ntm.Runtime.Engine;

/// <summary>
/// The gradient of the parameters in the engine's layout. A lane is a fixed share of a batch's groups. Its groups are added
/// one after the other, and the lanes in the order of <see cref="SumTree"/>, so the result is bit-identical for any number of threads.
/// </summary>
internal sealed unsafe class LaneGradient : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _layers;
    private readonly int _length;
    private readonly AccessStart _start;
    private readonly int _initialLength;
    private readonly float* _initial;

    public LaneGradient(EngineModel model)
    {
        var shape = model.Shape;
        (_shape, _start) = (shape, model.Start);
        _layers = new float*[shape.Layers];
        _initialLength = InitialLength(model);
        _length = checked((int)Floats(model));
        var at = _buffer.Require(_length);
        for (var l = 0; l < shape.Layers; l++)
        {
            _layers[l] = at;
            at += (nint)shape.GateRows * LayerStride(l);
        }

        Heads = at;
        Output = Heads + (nint)shape.HeadOutputsPadded * HeadStride;
        _initial = Output + (nint)shape.OutputsPadded * OutputStride;
    }

    /// <summary><c>[HeadOutputsPadded, HeadStride]</c></summary>
    public float* Heads { get; }

    /// <summary><c>[OutputsPadded, OutputStride]</c></summary>
    public float* Output { get; }

    public int HeadStride => Round.Up(_shape.TopBiasColumn + 1, 8);

    public int OutputStride => Round.Up(_shape.TopColumns, 8);

    /// <summary>The memory access's part of the initial state, in the layout of <see cref="AccessStart"/>.</summary>
    public float* Start => _initial + 2 * _shape.Layers * _shape.UnitsPadded;

    /// <summary>The number of floats of a lane.</summary>
    public static long Floats(EngineModel model)
    {
        var shape = model.Shape;
        long length = InitialLength(model)
            + (long)shape.HeadOutputsPadded * Round.Up(shape.TopBiasColumn + 1, 8) + (long)shape.OutputsPadded * Round.Up(shape.TopColumns, 8);
        for (var l = 0; l < shape.Layers; l++)
            length += (long)shape.GateRows * Round.Up(shape.BiasColumn(l) + 1, 8);
        return length;
    }

    public int LayerStride(int layer) => Round.Up(_shape.BiasColumn(layer) + 1, 8);

    /// <summary><c>[GateRows, LayerStride]</c></summary>
    public float* Layer(int layer) => _layers[layer];

    public float* InitialH(int layer) => _initial + 2 * layer * _shape.UnitsPadded;

    public float* InitialC(int layer) => InitialH(layer) + _shape.UnitsPadded;

    /// <summary>Adds the weight gradients of a chunk, or sets them. Rows of padded units are not changed, because they are never read.</summary>
    public void AddWeights(History history, int steps, bool accumulate) => AddWeights(history, 0, steps, accumulate);

    /// <summary>Does the same for some of the steps.</summary>
    public void AddWeights(History history, int first, int steps, bool accumulate)
    {
        var rows = steps * history.Rows;
        for (var l = 0; l < _shape.Layers; l++)
        {
            for (var gate = 0; gate < _shape.GateRows; gate += _shape.UnitsPadded)
            {
                PanelProduct.Multiply(
                    history.Gates(l, first) + gate, 1, _shape.GateRows, Round.Up(_shape.Units, 4), history.Layer(l, first), PanelProduct.Width,
                    _shape.LayerStride(l), Layer(l) + (nint)gate * LayerStride(l), LayerStride(l), LayerStride(l), rows, accumulate);
            }
        }

        PanelProduct.Multiply(
            history.HeadOutputs(first), 1, _shape.HeadOutputsPadded, Round.Up(_shape.HeadOutputs, 4), history.Top(first), PanelProduct.Width,
            _shape.TopStride, Heads, HeadStride, HeadStride, rows, accumulate);
        PanelProduct.Multiply(
            history.Logits(first), 1, _shape.OutputsPadded, Round.Up(_shape.Outputs, 4), history.Top(first), PanelProduct.Width, _shape.TopStride,
            Output, OutputStride, OutputStride, rows, accumulate);
    }

    public void ClearInitial() => Engine.Floats.Clear(_initial, _initialLength);

    /// <summary>Adds the gradient of one sample's initial state.</summary>
    public void AddInitial(GroupScratch scratch, int row)
    {
        for (var l = 0; l < _shape.Layers; l++)
        {
            if (_shape.Controller.Recurs)
                Engine.Floats.Add(scratch.DLayer(l, row), InitialH(l), _shape.Units);
            if (_shape.Controller.HasCell)
                Engine.Floats.Add(scratch.DCells(l, row), InitialC(l), _shape.Units);
        }

        _start.Add(scratch.DCarried(row), scratch.DLayer(0, row) + _shape.BelowColumn, Start);
    }

    /// <summary>All numbers, in the engine's layout.</summary>
    public Span<float> Values => new(_buffer.Start, _length);

    /// <summary>Adds the lanes of a range of parts as far as <see cref="SumTree"/> joins them in the range, in pieces that stay in the cache.</summary>
    /// <param name="lanes">The lanes of the range, which are changed.</param>
    /// <param name="first">The part of the first one.</param>
    /// <param name="parts">The number of parts of the batch.</param>
    public static void Add(ReadOnlySpan<LaneGradient> lanes, int first, int parts)
    {
        const int Piece = 2048;
        var end = first + lanes.Length;
        for (var at = 0; lanes.Length > 1 && at < lanes[0]._length; at += Piece)
        {
            var count = Math.Min(Piece, lanes[0]._length - at);
            for (var stride = 1; stride < lanes.Length; stride *= 2)
            {
                for (var part = SumTree.FirstAt(first, stride); part + stride < end; part += 2 * stride)
                {
                    if (SumTree.Joins(part, stride, first, end, parts))
                        Engine.Floats.Add(lanes[part + stride - first]._buffer.Start + at, lanes[part - first]._buffer.Start + at, count);
                }
            }
        }
    }

    public void Dispose() => _buffer.Dispose();

    private static int InitialLength(EngineModel model) => checked(2 * model.Shape.Layers * model.Shape.UnitsPadded + model.Start.GradientFloats);
}
