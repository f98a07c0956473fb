namespace Ntm.Runtime.Engine;

/// <summary>The gradients that flow backward from step to step for a group of samples, and scratch. One per thread.</summary>
internal sealed unsafe class GroupScratch : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly GroupGradient _own;

    public GroupScratch(MachineShape shape)
    {
        _shape = shape;
        Gradient = _own = new GroupGradient(shape);
        Access = shape.Access.CreateScratch();
    }

    /// <summary>The scratch of the memory access.</summary>
    public AccessScratch Access { get; }

    /// <summary>The gradients that flow backward.</summary>
    public GroupGradient Gradient { get; private set; }

    /// <summary>The gradients of the top row.</summary>
    public float* DTop { get; private set; }

    /// <summary>All bits set for units, none for padding.</summary>
    public float* UnitMask { get; private set; }

    public float* DLayer(int layer, int row) => Gradient.Layer(layer, row);

    /// <summary>See <see cref="LayerGradient.DCell"/>.</summary>
    public float* DCells(int layer, int row) => Gradient.Cells(layer, row);

    public float* DCarried(int row) => Gradient.Carried(row);

    /// <summary>Reserves space for a group, whose gradients are zero.</summary>
    /// <param name="rows">The number of its rows.</param>
    public void Arrange(int rows)
    {
        _own.Arrange(rows, clear: true);
        Arrange(rows, _own);
    }

    /// <summary>Reserves space for a group.</summary>
    /// <param name="rows">The number of its rows.</param>
    /// <param name="gradient">Its gradients, which a backward pass replaces; <see langword="null"/> for a forward pass.</param>
    public void Arrange(int rows, GroupGradient? gradient)
    {
        Gradient = gradient ?? _own;
        var at = _buffer.Require((long)rows * _shape.TopStride + _shape.UnitsPadded + 64 * 2);
        DTop = at;
        UnitMask = at + ((nint)rows * _shape.TopStride + 31) / 16 * 16;
        for (var i = 0; i < _shape.UnitsPadded; i++)
            UnitMask[i] = BitConverter.Int32BitsToSingle(i < _shape.Units ? -1 : 0);
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _own.Dispose();
        Access.Dispose();
    }
}
