using System.Runtime.InteropServices;

namespace Ntm.Runtime.Engine;

/// <summary>The gradients that flow backward from step to step for a group of samples.</summary>
internal sealed unsafe class GroupGradient : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _layers;
    private readonly float*[] _cells;
    private float* _start;
    private float* _carried;
    private nint _length;

    public GroupGradient(MachineShape shape)
    {
        _shape = shape;
        _layers = new float*[shape.Layers];
        _cells = new float*[shape.Layers];
    }

    public float* Layer(int layer, int row) => _layers[layer] + row * _shape.LayerStride(layer);

    /// <summary>See <see cref="LayerGradient.DCell"/>.</summary>
    public float* Cells(int layer, int row) => _cells[layer] + row * _shape.UnitsPadded;

    public float* Carried(int row) => _carried + (nint)row * _shape.Access.CarriedFloats;

    /// <summary>Reserves space for a group.</summary>
    /// <param name="rows">The number of its rows.</param>
    /// <param name="clear">Whether to set all gradients to zero.</param>
    public void Arrange(int rows, bool clear)
    {
        var length = (long)rows * _shape.Access.CarriedFloats + 64;
        for (var l = 0; l < _shape.Layers; l++)
            length += (long)rows * (_shape.LayerStride(l) + _shape.UnitsPadded) + 64;
        var at = _start = _buffer.Require(length);
        _carried = Take(ref at, (nint)rows * _shape.Access.CarriedFloats);
        for (var l = 0; l < _shape.Layers; l++)
        {
            _layers[l] = Take(ref at, rows * _shape.LayerStride(l));
            _cells[l] = Take(ref at, rows * _shape.UnitsPadded);
        }

        _length = (nint)(at - _start);
        if (clear)
            NativeMemory.Clear(_start, (nuint)(_length * sizeof(float)));
    }

    /// <summary>Adds the gradients of a group of as many rows.</summary>
    public void Add(GroupGradient other)
    {
        const int Most = 1 << 30;
        for (nint first = 0; first < _length; first += Most)
            Floats.Add(other._start + first, _start + first, (int)Math.Min(_length - first, Most));
        GC.KeepAlive(other);
    }

    public void Dispose() => _buffer.Dispose();

    private static float* Take(ref float* at, nint length)
    {
        var taken = at;
        at += (length + 31) / 16 * 16;
        return taken;
    }
}
