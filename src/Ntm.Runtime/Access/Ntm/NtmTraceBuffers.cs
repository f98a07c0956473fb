namespace Ntm.Runtime.Access;

/// <summary>The targets for what the heads do in every step, in torch's layout.</summary>
internal sealed unsafe class NtmTraceBuffers(NtmShape shape) : AccessTrace
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

    public override void Save(nint place, in AccessStep step)
    {
        var after = new NtmCarried(shape, step.After);
        Floats.Copy(step.Reads, Reads + place * shape.ReadWidth, shape.ReadWidth);
        for (nint h = 0; h < shape.Read.Count; h++)
            Floats.Copy(after.Weighting((int)h), ReadWeightings + (place * shape.Read.Count + h) * shape.Locations, shape.Locations);
        for (nint k = 0; k < shape.Write.Count; k++)
        {
            var head = place * shape.Write.Count + k;
            var add = step.Kept + shape.Write.FirstOutput + (k + 1) * shape.Write.OutputsPerHead - shape.Width;
            Floats.Copy(add - shape.Width, Erases + head * shape.Width, shape.Width);
            Floats.Copy(add, Adds + head * shape.Width, shape.Width);
            Floats.Copy(after.Weighting(shape.Write.FirstHead + (int)k), WriteWeightings + head * shape.Locations, shape.Locations);
        }
    }
}
