using System.Collections.Immutable;
using Ntm.Core;

namespace Ntm.Runtime.Access;

/// <summary>The heads of one kind in the engine's layout.</summary>
/// <param name="Count">The number of heads.</param>
/// <param name="Located">Whether the content weighting is followed by interpolation, shift and sharpening.</param>
/// <param name="ShiftRange">The largest shift, <c>S</c>.</param>
/// <param name="FirstHead">The index of the first head among all heads.</param>
/// <param name="FirstOutput">The index of the first head's first output among the outputs of the head layers.</param>
/// <param name="OutputsPerHead">The number of outputs per head.</param>
internal readonly record struct HeadShape(int Count, bool Located, int ShiftRange, int FirstHead, int FirstOutput, int OutputsPerHead);

/// <summary>The addressing of the heads of one kind.</summary>
/// <param name="Located">Whether the content weighting is followed by interpolation, shift and sharpening.</param>
/// <param name="ShiftRange">The largest shift, <c>S</c>.</param>
internal readonly record struct HeadAddressing(bool Located, int ShiftRange)
{
    /// <summary>Returns the addressing for options.</summary>
    public static HeadAddressing Of(NtmOptions options) =>
        options.Addressing == AddressingKind.ContentAndLocation ? new(true, options.ShiftRange) : new(false, 0);
}

/// <summary>
/// The memory of a Neural Turing Machine: read and write heads that address by content and location. Locations come in blocks of 16; padded ones
/// are always exactly zero.
/// </summary>
/// <remarks>
/// The state passed from step to step is the memory in blocks, the inverse norms of its rows, and the weightings of all heads. A step keeps the activated
/// outputs of the head layers, and four arrays over the locations for each head (see <see cref="HeadSlot"/>).
/// </remarks>
internal sealed class NtmShape : AccessShape
{
    /// <summary>The number of locations per block of memory.</summary>
    public const int Block = 16;

    public NtmShape(NtmOptions options, HeadAddressing read, HeadAddressing write)
    {
        (Locations, Width) = (options.MemoryLocations, options.MemoryWidth);
        ReadsAfterWrite = options.ReadOrder == ReadOrder.AfterWrite;
        Clip = options.Clip is { } clip ? (float)clip : float.PositiveInfinity;
        var readOutputs = checked(Numbers(read) * options.ReadHeads);
        Read = new HeadShape(options.ReadHeads, read.Located, read.ShiftRange, 0, 0, Numbers(read));
        Write = new HeadShape(options.WriteHeads, write.Located, write.ShiftRange, options.ReadHeads, readOutputs, Numbers(write) + 2 * Width);
        HeadOutputs = checked(readOutputs + Write.Count * Write.OutputsPerHead);
        Layers = [new("read_heads.layer", readOutputs), new("write_heads.layer", Write.Count * Write.OutputsPerHead)];
        State =
        [
            new("memory", [Locations, Width]), new("reads", [Read.Count, Width]), new("read_weightings", [Read.Count, Locations]),
            new("write_weightings", [Write.Count, Locations]),
        ];
    }

    public int Locations { get; }

    public int Width { get; }

    public HeadShape Read { get; }

    public HeadShape Write { get; }

    public bool ReadsAfterWrite { get; }

    /// <summary>The raw outputs of the head layers are clipped to plus and minus this.</summary>
    public float Clip { get; }

    /// <summary>The number of outputs of both head layers together.</summary>
    public int HeadOutputs { get; }

    public override ImmutableArray<InterfaceLayer> Layers { get; }

    public override ImmutableArray<StateTensor> State { get; }

    public override int ReadsPlace => 1;

    public override int ReadWidth => Read.Count * Width;

    public override int CarriedFloats => checked(MemorySize + LocationsPadded + Heads * LocationsPadded);

    /// <summary>
    /// The inverse norms of the memory's rows, which are NaN if an element is, and the weightings. What is written is at most 1, so that a memory that was
    /// finite becomes infinite by no step.
    /// </summary>
    public override int FirstTelling => MemorySize;

    public override int KeptFloats => checked(ActivatedStride + 4 * Heads * LocationsPadded);

    public override int MemorySize => LocationsPadded * Width;

    public int Heads => Read.Count + Write.Count;

    /// <summary>The reason why the engine cannot compute such a memory, whose data of one step it indexes by 32 bits; <see langword="null"/> if it
    /// can.</summary>
    public string? Obstacle =>
        ActivatedStride + 4L * Heads * LocationsPadded > int.MaxValue || (Width + 1L + Heads) * LocationsPadded > int.MaxValue
            ? $"a step of {Heads} heads over {Locations} locations with more than 2^31 numbers"
            : null;

    public int HeadOutputsPadded => Round.Up(HeadOutputs, 8);

    public int LocationsPadded => Round.Up(Locations, Block);

    public int Blocks => LocationsPadded / Block;

    /// <summary>The number of floats of the head layers' activated outputs, followed by three numbers per head.</summary>
    public int ActivatedStride => Round.Up(HeadOutputsPadded + 8 + Round.Up(3 * Heads, 8), 16);

    /// <summary>The index of the keys' inverse norms.</summary>
    public int KeyScaleColumn => HeadOutputsPadded + 8;

    /// <summary>The index of the derivatives of the strengths.</summary>
    public int StrengthSlopeColumn => KeyScaleColumn + Heads;

    /// <summary>The index of the derivatives of the sharpening factors.</summary>
    public int SharpeningSlopeColumn => StrengthSlopeColumn + Heads;

    public override AccessScratch CreateScratch() => new NtmScratch(this);

    public override AccessStart CreateStart(ParameterTable table) => new NtmStart(this, table);

    public override ISequenceWorkspace CreateWorkspace(ControllerEntry controller, LossEntry loss, EngineModel model) => loss.Create<NtmAccess>(controller, model);

    public override StepEngine CreateStepEngine(ControllerEntry controller, EngineModel model) => controller.CreateStepEngine<NtmAccess>(model);

    private int Numbers(HeadAddressing addressing) => addressing.Located ? Width + 2 * addressing.ShiftRange + 4 : Width + 1;
}

/// <summary>Machines with the memory access of the Neural Turing Machine.</summary>
internal static class NtmShapes
{
    /// <summary>Returns the shape of a machine of built-in components.</summary>
    public static MachineShape Of(NtmOptions options)
    {
        var addressing = HeadAddressing.Of(options);
        return new(options, options.ControllerLayers, ControllerTable.Of(options.Controller).Layout, new NtmShape(options, addressing, addressing));
    }

    /// <summary>The shape of its memory access.</summary>
    public static NtmShape Ntm(this MachineShape shape) => (NtmShape)shape.Access;
}
