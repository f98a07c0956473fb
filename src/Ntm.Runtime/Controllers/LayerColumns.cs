namespace Ntm.Runtime.Controllers;

/// <summary>
/// Maps a layer's parameters between torch's tensors and the engine's rows. The engine has a row for each sum of each unit, padded.
/// Its columns are the layer's own previous output, then its input from below, then the model's inputs (which the tensors have before the input from below),
/// then a one for the bias.
/// </summary>
/// <param name="layout">The controller.</param>
/// <param name="units">The number of units, <c>H</c>.</param>
/// <param name="below">The number of columns of the input from below.</param>
/// <param name="inputs">The number of columns of the model's inputs; 0 for a layer that does not see them.</param>
/// <param name="places">The places of the layer's parameters.</param>
internal readonly unsafe struct LayerColumns(ControllerLayout layout, int units, int below, int inputs, LayerParameters places)
{
    /// <summary>The column where the input from below begins.</summary>
    public int BelowColumn => layout.Recurs ? units : 0;

    /// <summary>The column where the model's inputs begin.</summary>
    public int InputColumn => BelowColumn + below;

    /// <summary>The column of the one for the bias, the last one.</summary>
    public int BiasColumn => InputColumn + inputs;

    private int UnitsPadded => Engine.Round.Up(units, 8);

    /// <summary>The number of columns of the input weights.</summary>
    private int InputWidth => inputs + below;

    /// <summary>Returns those of a machine's layer. The first layer sees the reads and the model's inputs, each of the others the layer below it.</summary>
    public static LayerColumns Of(MachineShape shape, int layer, LayerParameters places) =>
        new(shape.Controller, shape.Units, layer == 0 ? shape.ReadWidth : shape.Units, layer == 0 ? shape.Inputs : 0, places);

    /// <summary>Copies the tensors to the engine's rows, whose padding is left unchanged.</summary>
    /// <param name="parameters">The addresses of all parameters.</param>
    /// <param name="rows">The engine's rows, zero if nothing was packed before.</param>
    /// <param name="stride">The distance between rows.</param>
    public void Pack(float** parameters, float* rows, int stride)
    {
        for (var sum = 0; sum < layout.Sums.Length; sum++)
        {
            var block = layout.Sums[sum];
            for (var unit = 0; unit < units; unit++)
            {
                var target = rows + (nint)(sum * UnitsPadded + unit) * stride;
                var bias = 0f;
                if (block.State >= 0 && layout.Recurs)
                {
                    var row = block.State * units + unit;
                    Floats.Copy(parameters[places.StateWeight] + (nint)row * units, target, units);
                    bias = places.StateBias < 0 ? 0 : parameters[places.StateBias][row];
                }

                if (block.Input >= 0)
                {
                    var row = block.Input * units + unit;
                    var input = parameters[places.InputWeight] + (nint)row * InputWidth;
                    Floats.Copy(input + inputs, target + BelowColumn, below);
                    Floats.Copy(input, target + InputColumn, inputs);
                    bias += parameters[places.InputBias][row];
                }

                target[BiasColumn] = bias;
            }
        }
    }

    /// <summary>Copies the gradients from the engine's rows to the tensors. Writes every element.</summary>
    /// <param name="rows">The engine's rows.</param>
    /// <param name="stride">The distance between rows.</param>
    /// <param name="table">The places of the tensors in the flat gradient.</param>
    /// <param name="flat">The flat gradient.</param>
    public void Unpack(float* rows, int stride, ParameterTable table, float* flat)
    {
        for (var sum = 0; sum < layout.Sums.Length; sum++)
        {
            var block = layout.Sums[sum];
            for (var unit = 0; unit < units; unit++)
            {
                var source = rows + (nint)(sum * UnitsPadded + unit) * stride;
                var bias = source[BiasColumn];
                if (block.State >= 0 && layout.Recurs)
                {
                    var row = block.State * units + unit;
                    Floats.Copy(source, flat + table.Offsets[places.StateWeight] + (nint)row * units, units);
                    if (places.StateBias >= 0)
                        flat[table.Offsets[places.StateBias] + row] = bias;
                }

                if (block.Input >= 0)
                {
                    var row = block.Input * units + unit;
                    var input = flat + table.Offsets[places.InputWeight] + (nint)row * InputWidth;
                    Floats.Copy(source + BelowColumn, input + inputs, below);
                    Floats.Copy(source + InputColumn, input, inputs);
                    flat[table.Offsets[places.InputBias] + row] = bias;
                }
            }
        }
    }
}
