namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// How a controller layer's parameters lie in torch's tensors and in the engine's rows: the first layer's input weights have the
/// model's inputs before the reads, the engine's rows behind them; gates are padded.
/// </summary>
internal readonly unsafe struct LayerColumns(MachineShape shape, int layer)
{
    /// <summary>Rows of the tensors: gates without padding.</summary>
    public int Rows => (shape.Lstm ? 4 : 1) * shape.Units;

    /// <summary>Columns of the input weights.</summary>
    public int InputWidth => layer == 0 ? shape.Inputs + shape.ReadWidth : shape.Units;

    /// <summary>The engine's row of a row of the tensors.</summary>
    public int PackedRow(int row) => row / shape.Units * shape.UnitsPadded + row % shape.Units;

    /// <summary>One row, from the tensors to the engine.</summary>
    public void ToEngine(float* row, float* state, float* input)
    {
        if (state is not null)
            Floats.Copy(state, row, shape.Units);
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

    /// <summary>One row, from the engine to the tensors.</summary>
    public void FromEngine(float* row, float* state, float* input)
    {
        if (state is not null)
            Floats.Copy(row, state, shape.Units);
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
