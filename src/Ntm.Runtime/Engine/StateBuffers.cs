namespace Ntm.Runtime.Engine;

/// <summary>
/// A state, or its gradient, as torch lays it out: pointers to contiguous floats <c>[B, ...]</c> in the order of <see cref="StateLayout.Tensors"/>,
/// <see langword="null"/> for what is not wanted or zero.
/// </summary>
internal sealed unsafe class StateBuffers(MachineShape shape)
{
    public float*[] Tensors { get; } = new float*[shape.State.Tensors.Length];

    /// <summary>From torch's layout to the engine's; what is <see langword="null"/> stays as it is.</summary>
    public void Load<TAccess, TRow>(int sample, TRow row)
        where TAccess : struct, IMemoryAccess
        where TRow : struct, ICarriedRow
    {
        for (var i = 0; i < Tensors.Length; i++)
        {
            if (Source(i, sample) is var source && source is null)
                continue;
            if (Vector(i, row, out var size) is var vector && vector is not null)
                Floats.Copy(source, vector, size);
            else
                TAccess.Load(shape.Access, i - shape.State.Controller.Length, source, row.Carried);
        }
    }

    /// <summary>From the engine's layout to torch's; what is <see langword="null"/> is not written.</summary>
    public void Save<TAccess, TRow>(int sample, TRow row)
        where TAccess : struct, IMemoryAccess
        where TRow : struct, ICarriedRow
    {
        for (var i = 0; i < Tensors.Length; i++)
        {
            if (Source(i, sample) is var target && target is null)
                continue;
            if (Vector(i, row, out var size) is var vector && vector is not null)
                Floats.Copy(vector, target, size);
            else
                TAccess.Save(shape.Access, i - shape.State.Controller.Length, row.Carried, target);
        }
    }

    private float* Source(int place, int sample) =>
        Tensors[place] is var start && start is null ? null : start + (nint)sample * shape.State.Tensors[place].Size;

    /// <summary>The vector of the engine that a tensor is; <see langword="null"/> for what the memory access lays out.</summary>
    private float* Vector<TRow>(int place, TRow row, out int size)
        where TRow : struct, ICarriedRow
    {
        size = shape.State.Tensors[place].Size;
        var (controller, perLayer) = (shape.State.Controller.Length, shape.Controller.HasCell ? 2 : 1);
        if (place < controller)
            return place % perLayer == 1 ? row.Cells(place / perLayer) : row.Layer(place / perLayer);
        return place - controller == shape.Access.ReadsPlace ? row.Layer(0) + shape.BelowColumn : null;
    }
}
