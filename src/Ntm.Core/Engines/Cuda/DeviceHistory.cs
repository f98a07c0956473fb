
namespace Ntm.Core.Engines.Cuda;

/// <summary>The layout of a chunk's history in one buffer; see <c>Sequence.cu</c>.</summary>
internal static unsafe class DeviceHistory
{
    /// <summary>The distance between the starts of arrays is a multiple of this number of floats: 128 bytes, which a warp reads at once.</summary>
    private const int Alignment = 32;

    private const int Arrays = 14;

    /// <summary>Returns the number of floats of a chunk.</summary>
    /// <param name="shape">The machine.</param>
    /// <param name="steps">The number of steps that are kept.</param>
    /// <param name="batch"><c>B</c></param>
    public static long Floats(MachineShape shape, long steps, long batch) =>
        (steps * StepFloats(shape) + (steps + 1) * SlotFloats(shape)) * batch + Arrays * Alignment;

    /// <summary>Returns the number of floats per sample and step.</summary>
    public static long StepFloats(MachineShape shape) =>
        (long)shape.Layers * GateRows(shape) + 2L * shape.HeadOutputs + shape.Outputs + 3L * shape.Ntm().Heads * shape.Ntm().Locations
        + DroppedUnits(shape);

    /// <summary>Returns the number of floats per sample and slot.</summary>
    public static long SlotFloats(MachineShape shape) => CarriedFloats(shape) + shape.Ntm().Locations;

    /// <summary>Returns the number of floats per sample that are passed from chunk to chunk: outputs, cells, reads, weightings, memory.</summary>
    public static long CarriedFloats(MachineShape shape) =>
        2L * shape.Layers * shape.Units + shape.ReadWidth + (long)shape.Ntm().Heads * shape.Ntm().Locations + (long)shape.Ntm().Locations * shape.Ntm().Width;

    /// <summary>Returns the number of sums of a layer.</summary>
    public static int GateRows(MachineShape shape) => shape.Controller.Sums.Length * shape.Units;

    /// <summary>Sets the pointers to the arrays.</summary>
    public static void Place(MachineShape shape, float* start, long steps, long batch, ref SequenceArguments q)
    {
        var (stepRows, slotRows) = (steps * batch, (steps + 1) * batch);
        var units = (long)shape.Layers * shape.Units;
        var locations = (long)shape.Ntm().Heads * shape.Ntm().Locations;
        var next = start;
        q.Outputs = Take(ref next, slotRows * units);
        q.Cells = Take(ref next, slotRows * units);
        q.Dropped = Take(ref next, stepRows * DroppedUnits(shape));
        q.Gates = Take(ref next, stepRows * shape.Layers * GateRows(shape));
        q.Heads = Take(ref next, stepRows * shape.HeadOutputs);
        q.Activated = Take(ref next, stepRows * shape.HeadOutputs);
        q.Results = Take(ref next, stepRows * shape.Outputs);
        q.Reads = Take(ref next, slotRows * shape.ReadWidth);
        q.Memory = Take(ref next, slotRows * shape.Ntm().Locations * shape.Ntm().Width);
        q.Weightings = Take(ref next, slotRows * locations);
        q.Similarities = Take(ref next, stepRows * locations);
        q.Contents = Take(ref next, stepRows * locations);
        q.Shifted = Take(ref next, stepRows * locations);
        q.RowScales = Take(ref next, slotRows * shape.Ntm().Locations);
    }

    private static long DroppedUnits(MachineShape shape) => shape.MayDrop ? shape.Units : 0;

    private static float* Take(ref float* next, long count)
    {
        var taken = next;
        next += (count + Alignment - 1) / Alignment * Alignment;
        return taken;
    }
}
