namespace Ntm.Runtime.Engine;

/// <summary>
/// A state, or its gradient, in torch's layout: pointers to contiguous floats <c>[B, ...]</c> in the order of <see cref="StateLayout.Tensors"/>,
/// <see langword="null"/> for tensors that are not needed or zero.
/// </summary>
internal sealed unsafe class StateBuffers(MachineShape shape)
{
    public float*[] Tensors { get; } = new float*[shape.State.Tensors.Length];

    /// <summary>Copies from torch's layout to the engine's; the target of a <see langword="null"/> tensor is left unchanged.</summary>
    public void Load<TAccess, TRow>(int sample, TRow row)
        where TAccess : struct, IMemoryAccess
        where TRow : struct, ICarriedRow => Move<TAccess, TRow>(sample, row, load: true);

    /// <summary>Copies from the engine's layout to torch's; a <see langword="null"/> tensor is not written.</summary>
    public void Save<TAccess, TRow>(int sample, TRow row)
        where TAccess : struct, IMemoryAccess
        where TRow : struct, ICarriedRow => Move<TAccess, TRow>(sample, row, load: false);

    private void Move<TAccess, TRow>(int sample, TRow row, bool load)
        where TAccess : struct, IMemoryAccess
        where TRow : struct, ICarriedRow
    {
        for (var i = 0; i < Tensors.Length; i++)
        {
            var outside = Outside(i, sample);
            if (outside is null)
                continue;
            var inside = Vector(i, row, out var size);
            var place = i - shape.State.Controller.Length;
            if (inside is not null)
                Floats.Copy(load ? outside : inside, load ? inside : outside, size);
            else if (load)
                TAccess.Load(shape.Access, place, outside, row.Carried);
            else
                TAccess.Save(shape.Access, place, row.Carried, outside);
        }
    }

    private float* Outside(int place, int sample) =>
        Tensors[place] is var start && start is null ? null : start + (nint)sample * shape.State.Tensors[place].Size;

    /// <summary>Returns the engine's vector for a tensor; <see langword="null"/> for tensors of the memory access.</summary>
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
