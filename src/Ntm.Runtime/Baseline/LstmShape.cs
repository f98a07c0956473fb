using Ntm.Core;

namespace Ntm.Runtime.Baseline;

/// <summary>
/// The sizes of an LSTM network and the layout of the engine's rows. Columns of a layer's row: its own previous output, the output of the layer below it if
/// there is one, the model's inputs, a one for the bias. The top row is the outputs of all layers, a one.
/// </summary>
internal sealed class LstmShape(LstmOptions options)
{
    public int Inputs { get; } = options.InputSize;

    public int Outputs { get; } = options.OutputSize;

    /// <summary>The number of units per layer, <c>H</c>.</summary>
    public int Units { get; } = options.HiddenSize;

    public int Layers { get; } = options.Layers;

    public int UnitsPadded => Round.Up(Units, 8);

    public int OutputsPadded => Round.Up(Outputs, 8);

    /// <summary>The number of rows of sums of a layer.</summary>
    public int GateRows => Lstm.Layout.Sums.Length * UnitsPadded;

    /// <summary>The column of the one in the top row.</summary>
    public int TopBiasColumn => checked(Layers * Units);

    /// <summary>The distance between top rows. Vector stores of the last layer's output may write past its end.</summary>
    public int TopStride => Round.Up(TopBiasColumn + 1, 8) + 8;

    /// <summary>The number of floats per sample that are passed from step to step besides the layers' rows.</summary>
    public int CellFloats => checked(Layers * UnitsPadded);

    /// <summary>Returns the columns of a layer.</summary>
    public LayerColumns Columns(int layer, LayerParameters places = default) => new(Lstm.Layout, Units, layer == 0 ? 0 : Units, Inputs, places);

    /// <summary>The distance between rows of a layer.</summary>
    public int LayerStride(int layer) => Round.Up(Columns(layer).BiasColumn + 1, 8);
}
