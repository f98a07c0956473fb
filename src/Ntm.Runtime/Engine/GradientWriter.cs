namespace Ntm.Runtime.Engine;

/// <summary>Copies the gradient from the engine's layout to torch's.</summary>
internal static unsafe class GradientWriter
{
    /// <param name="model">The machine.</param>
    /// <param name="lane">The sum of the lanes.</param>
    /// <param name="initial">The machine's initial state, slot 0, or <see langword="null"/> if the sequences started from a given state.</param>
    /// <param name="flat">The flat gradient, every element of which is written.</param>
    public static void Write(EngineModel model, LaneGradient lane, History? initial, float* flat)
    {
        var (shape, table) = (model.Shape, model.Parameters);
        for (var l = 0; l < shape.Layers; l++)
            LayerColumns.Of(shape, l, table.Layers[l]).Unpack(lane.Layer(l), lane.LayerStride(l), table, flat);
        var first = 0;
        for (var i = 0; i < table.Interface.Length; i++)
        {
            Rows(shape, table, table.Interface[i], lane, first, shape.Access.Layers[i].Outputs, flat);
            first += shape.Access.Layers[i].Outputs;
        }

        Output(shape, table, lane, flat);
        if (initial is null)
            ClearInitial(model, flat);
        else
            Initial(model, lane, initial, flat);
    }

    private static void Rows(MachineShape shape, ParameterTable table, LinearParameters linear, LaneGradient lane, int first, int count, float* flat)
    {
        var weight = flat + table.Offsets[linear.Weight];
        var bias = flat + table.Offsets[linear.Bias];
        for (nint row = 0; row < count; row++)
        {
            var source = lane.Heads + (first + row) * lane.HeadStride;
            Floats.Copy(source, weight + row * shape.Units, shape.Units);
            bias[row] = source[shape.TopBiasColumn];
        }
    }

    private static void Output(MachineShape shape, ParameterTable table, LaneGradient lane, float* flat)
    {
        var weight = flat + table.Offsets[table.Output.Weight];
        var bias = flat + table.Offsets[table.Output.Bias];
        nint width = shape.Units + shape.ReadWidth;
        for (nint row = 0; row < shape.Outputs; row++)
        {
            var source = lane.Output + row * lane.OutputStride;
            Floats.Copy(source, weight + row * width, shape.Units);
            Floats.Copy(source + shape.TopReadColumn, weight + row * width + shape.Units, shape.ReadWidth);
            bias[row] = source[shape.TopBiasColumn];
        }
    }

    private static void ClearInitial(EngineModel model, float* flat)
    {
        var table = model.Parameters;
        for (var p = 0; p < table.Names.Length; p++)
            if (model.IsInitial(p))
                Floats.Clear(flat + table.Offsets[p], table.Lengths[p]);
    }

    private static void Initial(EngineModel model, LaneGradient lane, History initial, float* flat)
    {
        var (shape, table) = (model.Shape, model.Parameters);
        for (var l = 0; l < shape.Layers; l++)
        {
            if (table.Layers[l].InitialH >= 0)
                Floats.Copy(lane.InitialH(l), flat + table.Offsets[table.Layers[l].InitialH], shape.Units);
            if (table.Layers[l].InitialC >= 0)
                Floats.Copy(lane.InitialC(l), flat + table.Offsets[table.Layers[l].InitialC], shape.Units);
        }

        model.Start.Write(lane.Start, initial.Carried(0), initial.Layer(0, 0) + shape.BelowColumn, flat);
    }
}
