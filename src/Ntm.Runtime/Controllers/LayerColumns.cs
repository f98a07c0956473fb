namespace Ntm.Runtime.Controllers;

/// <summary>
/// Maps a controller layer's parameters between torch's tensors and the engine's rows. The engine has a row for each sum of each unit, padded.
/// Its columns are the layer's own previous output, then its input (for the first layer the reads, then the model's inputs, which the tensors
/// have in the opposite order), then a one for the bias.
/// </summary>
/// <param name="shape">The machine.</param>
/// <param name="layer">The layer.</param>
/// <param name="places">The places of its parameters.</param>
internal readonly unsafe struct LayerColumns(MachineShape shape, int layer, LayerParameters places)
{
    private ControllerLayout Layout => shape.Controller;

    /// <summary>The number of columns of the input weights.</summary>
    private int InputWidth => layer == 0 ? shape.Inputs + shape.ReadWidth : shape.Units;

    /// <summary>Copies the tensors to the engine's rows, whose padding is left unchanged.</summary>
    /// <param name="parameters">The addresses of all parameters.</param>
    /// <param name="rows">The engine's rows, zero if nothing was packed before.</param>
    /// <param name="stride">The distance between rows.</param>
    public void Pack(float** parameters, float* rows, int stride)
    {
        for (var sum = 0; sum < Layout.Sums.Length; sum++)
        {
            var block = Layout.Sums[sum];
            for (var unit = 0; unit < shape.Units; unit++)
            {
                var target = rows + (nint)(sum * shape.UnitsPadded + unit) * stride;
                var bias = 0f;
                if (block.State >= 0 && Layout.Recurs)
                {
                    var row = block.State * shape.Units + unit;
                    Floats.Copy(parameters[places.StateWeight] + (nint)row * shape.Units, target, shape.Units);
                    bias = places.StateBias < 0 ? 0 : parameters[places.StateBias][row];
                }

                if (block.Input >= 0)
                {
                    var row = block.Input * shape.Units + unit;
                    InputToEngine(parameters[places.InputWeight] + (nint)row * InputWidth, target);
                    bias += parameters[places.InputBias][row];
                }

                target[shape.BiasColumn(layer)] = bias;
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
        for (var sum = 0; sum < Layout.Sums.Length; sum++)
        {
            var block = Layout.Sums[sum];
            for (var unit = 0; unit < shape.Units; unit++)
            {
                var source = rows + (nint)(sum * shape.UnitsPadded + unit) * stride;
                var bias = source[shape.BiasColumn(layer)];
                if (block.State >= 0 && Layout.Recurs)
                {
                    var row = block.State * shape.Units + unit;
                    Floats.Copy(source, flat + table.Offsets[places.StateWeight] + (nint)row * shape.Units, shape.Units);
                    if (places.StateBias >= 0)
                        flat[table.Offsets[places.StateBias] + row] = bias;
                }

                if (block.Input >= 0)
                {
                    var row = block.Input * shape.Units + unit;
                    InputFromEngine(source, flat + table.Offsets[places.InputWeight] + (nint)row * InputWidth);
                    flat[table.Offsets[places.InputBias] + row] = bias;
                }
            }
        }
    }

    private void InputToEngine(float* input, float* row)
    {
        if (layer == 0)
        {
            Floats.Copy(input + shape.Inputs, row + shape.BelowColumn, shape.ReadWidth);
            Floats.Copy(input, row + shape.InputColumn, shape.Inputs);
        }
        else
        {
            Floats.Copy(input, row + shape.BelowColumn, shape.Units);
        }
    }

    private void InputFromEngine(float* row, float* input)
    {
        if (layer == 0)
        {
            Floats.Copy(row + shape.BelowColumn, input + shape.Inputs, shape.ReadWidth);
            Floats.Copy(row + shape.InputColumn, input, shape.Inputs);
        }
        else
        {
            Floats.Copy(row + shape.BelowColumn, input, shape.Units);
        }
    }
}
