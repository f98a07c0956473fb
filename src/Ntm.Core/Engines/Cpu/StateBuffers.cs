namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// A state, or its gradient, as torch lays it out: pointers to contiguous floats, <see langword="null"/> for what is not wanted or zero.
/// </summary>
internal sealed unsafe class StateBuffers(MachineShape shape)
{
    /// <summary><c>h_0, c_0, h_1, ...</c>, each <c>[B, H]</c>; empty for a feedforward controller.</summary>
    public float*[] Controller { get; } = new float*[shape.Lstm ? 2 * shape.Layers : 0];

    /// <summary><c>[B, N, M]</c></summary>
    public float* Memory { get; set; }

    /// <summary><c>[B, R, M]</c></summary>
    public float* Reads { get; set; }

    /// <summary><c>[B, R, N]</c></summary>
    public float* ReadWeightings { get; set; }

    /// <summary><c>[B, K, N]</c></summary>
    public float* WriteWeightings { get; set; }

    /// <summary>From torch's layout to the engine's; what is <see langword="null"/> stays as it is.</summary>
    public void Load<TRow>(int sample, TRow row)
        where TRow : struct, ICarriedRow
    {
        for (var l = 0; l < Controller.Length / 2; l++)
        {
            if (Controller[2 * l] is not null)
                Floats.Copy(Controller[2 * l] + (nint)sample * shape.Units, row.Layer(l), shape.Units);
            if (Controller[2 * l + 1] is not null)
                Floats.Copy(Controller[2 * l + 1] + (nint)sample * shape.Units, row.Cells(l), shape.Units);
        }

        if (Reads is not null)
            Floats.Copy(Reads + (nint)sample * shape.ReadWidth, row.Layer(0) + shape.BelowColumn, shape.ReadWidth);
        if (Memory is not null)
            MemoryLayout.ToBlocks(shape, Memory + (nint)sample * shape.Locations * shape.Width, row.Memory);
        for (var h = 0; h < shape.Heads; h++)
            if (Weighting(sample, h) is var weighting && weighting is not null)
                Floats.Copy(weighting, row.Weighting(h), shape.Locations);
    }

    /// <summary>From the engine's layout to torch's; what is <see langword="null"/> is not written.</summary>
    public void Save<TRow>(int sample, TRow row)
        where TRow : struct, ICarriedRow
    {
        for (var l = 0; l < Controller.Length / 2; l++)
        {
            if (Controller[2 * l] is not null)
                Floats.Copy(row.Layer(l), Controller[2 * l] + (nint)sample * shape.Units, shape.Units);
            if (Controller[2 * l + 1] is not null)
                Floats.Copy(row.Cells(l), Controller[2 * l + 1] + (nint)sample * shape.Units, shape.Units);
        }

        if (Reads is not null)
            Floats.Copy(row.Layer(0) + shape.BelowColumn, Reads + (nint)sample * shape.ReadWidth, shape.ReadWidth);
        if (Memory is not null)
            MemoryLayout.FromBlocks(shape, row.Memory, Memory + (nint)sample * shape.Locations * shape.Width);
        for (var h = 0; h < shape.Heads; h++)
            if (Weighting(sample, h) is var weighting && weighting is not null)
                Floats.Copy(row.Weighting(h), weighting, shape.Locations);
    }

    private float* Weighting(int sample, int head)
    {
        var bank = head < shape.Read.Count ? shape.Read : shape.Write;
        var start = head < shape.Read.Count ? ReadWeightings : WriteWeightings;
        return start is null ? null : start + ((nint)sample * bank.Count + head - bank.FirstHead) * shape.Locations;
    }
}
