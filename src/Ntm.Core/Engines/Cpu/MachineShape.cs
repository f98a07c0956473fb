namespace Ntm.Core.Engines.Cpu;

/// <summary>Heads of one kind, as the engine lays them out.</summary>
/// <param name="Count">Heads.</param>
/// <param name="Located">Whether the content weighting is followed by interpolation, shift and sharpening.</param>
/// <param name="ShiftRange">The largest shift, <c>S</c>.</param>
/// <param name="FirstHead">Index of the first head among all heads.</param>
/// <param name="FirstOutput">Index of the first head's first number among the outputs of the head layers.</param>
/// <param name="OutputsPerHead">Numbers per head.</param>
internal readonly record struct HeadShape(int Count, bool Located, int ShiftRange, int FirstHead, int FirstOutput, int OutputsPerHead);

/// <summary>
/// The sizes of a machine and where things lie in the engine's rows. Locations come in blocks of 16; units of a layer and
/// outputs are padded to multiples of 8. Padded units and locations are exactly zero throughout.
/// </summary>
/// <remarks>
/// Columns of an LSTM layer's row: its own previous output, then what lies below it (the reads, for the first layer the inputs
/// as well), then a one for the bias; a feedforward layer's has no previous output. The top row is
/// the controller's output, a one, the reads. Vector stores of an output run over into what follows: it is written afterwards.
/// </remarks>
internal sealed class MachineShape
{
    /// <summary>Locations of a block of memory.</summary>
    public const int Block = 16;

    public MachineShape(NtmOptions options, int layers, bool lstm, (bool Located, int ShiftRange) read, (bool Located, int ShiftRange) write)
    {
        (Inputs, Outputs, Units, Layers, Lstm) = (options.InputSize, options.OutputSize, options.ControllerSize, layers, lstm);
        (Locations, Width) = (options.MemoryLocations, options.MemoryWidth);
        ReadsAfterWrite = options.ReadOrder == ReadOrder.AfterWrite;
        Clip = options.Clip is { } clip ? (float)clip : float.PositiveInfinity;
        var readOutputs = AddressingOutputs(read) * options.ReadHeads;
        Read = new HeadShape(options.ReadHeads, read.Located, read.ShiftRange, 0, 0, AddressingOutputs(read));
        Write = new HeadShape(
            options.WriteHeads, write.Located, write.ShiftRange, options.ReadHeads, readOutputs, AddressingOutputs(write) + 2 * Width);
        HeadOutputs = checked(readOutputs + Write.Count * Write.OutputsPerHead);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Units per layer, <c>H</c>.</summary>
    public int Units { get; }

    public int Layers { get; }

    public bool Lstm { get; }

    public int Locations { get; }

    public int Width { get; }

    public HeadShape Read { get; }

    public HeadShape Write { get; }

    public bool ReadsAfterWrite { get; }

    public float Clip { get; }

    /// <summary>Outputs of both head layers together.</summary>
    public int HeadOutputs { get; }

    public int Heads => Read.Count + Write.Count;

    public int UnitsPadded => Round.Up(Units, 8);

    public int OutputsPadded => Round.Up(Outputs, 8);

    public int HeadOutputsPadded => Round.Up(HeadOutputs, 8);

    public int LocationsPadded => Round.Up(Locations, Block);

    public int Blocks => LocationsPadded / Block;

    public int MemorySize => LocationsPadded * Width;

    public int ReadWidth => Read.Count * Width;

    /// <summary>Rows of gates (LSTM) or sums (feedforward) of a layer.</summary>
    public int GateRows => Lstm ? 4 * UnitsPadded : UnitsPadded;

    /// <summary>Where, in a layer's row, what lies below begins.</summary>
    public int BelowColumn => Lstm ? Units : 0;

    /// <summary>Where the inputs begin in the first layer's row.</summary>
    public int InputColumn => BelowColumn + ReadWidth;

    public int BiasColumn(int layer) => layer == 0 ? InputColumn + Inputs : BelowColumn + Units;

    /// <summary>Distance between rows of a layer.</summary>
    public int LayerStride(int layer) => Math.Max(Round.Up(BiasColumn(layer) + 1, 8), Round.Up(BelowColumn + (layer == 0 ? 0 : UnitsPadded), 8) + 8);

    /// <summary>Where the one lies in the top row.</summary>
    public int TopBiasColumn => Units;

    public int TopReadColumn => Units + 1;

    public int TopColumns => Units + 1 + ReadWidth;

    /// <summary>Distance between top rows.</summary>
    public int TopStride => Math.Max(Round.Up(TopColumns, 8), UnitsPadded + 8);

    /// <summary>Distance between rows of the head layers' activated outputs; behind them, per head, three numbers.</summary>
    public int ActivatedStride => HeadOutputsPadded + 8 + Round.Up(3 * Heads, 8);

    /// <summary>Where the keys' inverse norms begin.</summary>
    public int KeyScaleColumn => HeadOutputsPadded + 8;

    /// <summary>Where the derivatives of the strengths begin.</summary>
    public int StrengthSlopeColumn => KeyScaleColumn + Heads;

    /// <summary>Where the derivatives of the sharpening factors begin.</summary>
    public int SharpeningSlopeColumn => StrengthSlopeColumn + Heads;

    private int AddressingOutputs((bool Located, int ShiftRange) addressing) =>
        addressing.Located ? Width + 2 * addressing.ShiftRange + 4 : Width + 1;
}
