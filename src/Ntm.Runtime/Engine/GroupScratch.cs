using System.Runtime.InteropServices;

namespace Ntm.Runtime.Engine;

/// <summary>The gradients that flow backward from step to step for a group of samples, and scratch. One per thread.</summary>
internal sealed unsafe class GroupScratch : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _dLayers;
    private readonly float*[] _dCells;
    private float* _dCarried;

    public GroupScratch(MachineShape shape)
    {
        _shape = shape;
        _dLayers = new float*[shape.Layers];
        _dCells = new float*[shape.Layers];
        Access = shape.Access.CreateScratch();
    }

    /// <summary>The scratch of the memory access.</summary>
    public AccessScratch Access { get; }

    /// <summary>The gradients of the top row.</summary>
    public float* DTop { get; private set; }

    /// <summary>All bits set for units, none for padding.</summary>
    public float* UnitMask { get; private set; }

    public float* DLayer(int layer, int row) => _dLayers[layer] + row * _shape.LayerStride(layer);

    /// <summary>See <see cref="LayerGradient.DCell"/>.</summary>
    public float* DCells(int layer, int row) => _dCells[layer] + row * _shape.UnitsPadded;

    public float* DCarried(int row) => _dCarried + (nint)row * _shape.Access.CarriedFloats;

    /// <summary>Reserves space for a group.</summary>
    /// <param name="rows">The number of its rows.</param>
    /// <param name="clear">Whether to clear the gradients that flow backward, for a backward pass.</param>
    public void Arrange(int rows, bool clear = true)
    {
        var carried = (long)rows * _shape.Access.CarriedFloats;
        for (var l = 0; l < _shape.Layers; l++)
            carried += (long)rows * (_shape.LayerStride(l) + _shape.UnitsPadded) + 64;
        var start = _buffer.Require(carried + (long)rows * _shape.TopStride + _shape.UnitsPadded + 64 * 4);
        var at = start;
        _dCarried = Take(ref at, (nint)rows * _shape.Access.CarriedFloats);
        for (var l = 0; l < _shape.Layers; l++)
        {
            _dLayers[l] = Take(ref at, rows * _shape.LayerStride(l));
            _dCells[l] = Take(ref at, rows * _shape.UnitsPadded);
        }

        if (clear)
            NativeMemory.Clear(start, (nuint)((at - start) * sizeof(float)));
        DTop = Take(ref at, rows * _shape.TopStride);
        UnitMask = Take(ref at, _shape.UnitsPadded);
        for (var i = 0; i < _shape.UnitsPadded; i++)
            UnitMask[i] = BitConverter.Int32BitsToSingle(i < _shape.Units ? -1 : 0);
    }

    public void Dispose()
    {
        _buffer.Dispose();
        Access.Dispose();
    }

    private static float* Take(ref float* at, nint length)
    {
        var taken = at;
        at += (length + 31) / 16 * 16;
        return taken;
    }
}
