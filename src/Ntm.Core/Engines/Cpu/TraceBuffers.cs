namespace Ntm.Core.Engines.Cpu;

/// <summary>Where what the heads did in every step goes, as torch lays it out.</summary>
internal sealed unsafe class TraceBuffers(MachineShape shape)
{
    /// <summary><c>[T, B, R, M]</c></summary>
    public float* Reads { get; init; }

    /// <summary><c>[T, B, K, M]</c></summary>
    public float* Erases { get; init; }

    /// <summary><c>[T, B, K, M]</c></summary>
    public float* Adds { get; init; }

    /// <summary><c>[T, B, R, N]</c></summary>
    public float* ReadWeightings { get; init; }

    /// <summary><c>[T, B, K, N]</c></summary>
    public float* WriteWeightings { get; init; }

    /// <summary>Saves one step of one sample.</summary>
    /// <param name="place">Its row among all <c>T * B</c>.</param>
    /// <param name="history">Where it is.</param>
    /// <param name="step">The step of the history.</param>
    /// <param name="row">The row of the history.</param>
    public void Save(nint place, History history, int step, int row)
    {
        Floats.Copy(history.Top(step, row) + shape.TopReadColumn, Reads + place * shape.ReadWidth, shape.ReadWidth);
        for (nint h = 0; h < shape.Read.Count; h++)
            Floats.Copy(history.Weighting(step + 1, row, (int)h), ReadWeightings + (place * shape.Read.Count + h) * shape.Locations, shape.Locations);
        for (nint k = 0; k < shape.Write.Count; k++)
        {
            var head = place * shape.Write.Count + k;
            var add = history.Activated(step, row) + shape.Write.FirstOutput + (k + 1) * shape.Write.OutputsPerHead - shape.Width;
            Floats.Copy(add - shape.Width, Erases + head * shape.Width, shape.Width);
            Floats.Copy(add, Adds + head * shape.Width, shape.Width);
            Floats.Copy(history.Weighting(step + 1, row, shape.Write.FirstHead + (int)k), WriteWeightings + head * shape.Locations, shape.Locations);
        }
    }
}
