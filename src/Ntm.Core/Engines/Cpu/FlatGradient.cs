namespace Ntm.Core.Engines.Cpu;

/// <summary>From the engine's layout of the gradient to torch's.</summary>
internal static unsafe class FlatGradient
{
    /// <param name="machine">The machine.</param>
    /// <param name="lane">The sum of the lanes.</param>
    /// <param name="initial">The machine's initial state, slot 0, or <see langword="null"/> if the sequences started from a given one.</param>
    /// <param name="flat">The flat gradient, every element of which is written.</param>
    public static void Write(CpuMachine machine, LaneGradient lane, History? initial, float* flat)
    {
        var (shape, table) = (machine.Shape, machine.Parameters);
        for (var l = 0; l < shape.Layers; l++)
            Layer(shape, table, l, lane, flat);
        Rows(shape, table, table.ReadHeads, lane, 0, shape.Read.Count * shape.Read.OutputsPerHead, flat);
        Rows(shape, table, table.WriteHeads, lane, shape.Write.FirstOutput, shape.Write.Count * shape.Write.OutputsPerHead, flat);
        Output(shape, table, lane, flat);
        if (initial is null)
            ClearInitial(table, flat);
        else
            Initial(shape, table, lane, initial, flat);
    }

    private static void Layer(MachineShape shape, ParameterTable table, int l, LaneGradient lane, float* flat)
    {
        var layer = table.Layers[l];
        var columns = new LayerColumns(shape, l);
        var state = layer.StateWeight < 0 ? null : flat + table.Offsets[layer.StateWeight];
        var input = flat + table.Offsets[layer.InputWeight];
        var bias = flat + table.Offsets[layer.Bias];
        for (var row = 0; row < columns.Rows; row++)
        {
            var source = lane.Layer(l) + (nint)columns.PackedRow(row) * lane.LayerStride(l);
            columns.FromEngine(source, state is null ? null : state + (nint)row * shape.Units, input + (nint)row * columns.InputWidth);
            bias[row] = source[shape.BiasColumn(l)];
        }
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

    private static void ClearInitial(ParameterTable table, float* flat)
    {
        for (var p = 0; p < table.Names.Length; p++)
            if (table.IsInitial(p))
                Floats.Clear(flat + table.Offsets[p], table.Lengths[p]);
    }

    private static void Initial(MachineShape shape, ParameterTable table, LaneGradient lane, History initial, float* flat)
    {
        for (var l = 0; l < shape.Layers && shape.Lstm; l++)
        {
            Floats.Copy(lane.InitialH(l), flat + table.Offsets[table.Layers[l].InitialH], shape.Units);
            Floats.Copy(lane.InitialC(l), flat + table.Offsets[table.Layers[l].InitialC], shape.Units);
        }

        if (table.InitialReads >= 0)
        {
            // The reads are the tanh of the bias.
            var reads = initial.Layer(0, 0) + shape.BelowColumn;
            var target = flat + table.Offsets[table.InitialReads];
            for (var m = 0; m < shape.ReadWidth; m++)
                target[m] = lane.Reads[m] * (1 - reads[m] * reads[m]);
        }

        Weightings(shape, shape.Read, table.InitialReadWeightings, table, lane, initial, flat);
        Weightings(shape, shape.Write, table.InitialWriteWeightings, table, lane, initial, flat);
        if (table.Memory >= 0)
            MemoryLayout.FromBlocks(shape, lane.Memory, flat + table.Offsets[table.Memory]);
    }

    /// <summary>The weightings are the softmax of the bias.</summary>
    private static void Weightings(
        MachineShape shape, in HeadShape bank, int place, ParameterTable table, LaneGradient lane, History initial, float* flat)
    {
        if (place < 0)
            return;
        for (var h = 0; h < bank.Count; h++)
        {
            var target = flat + table.Offsets[place] + (nint)h * shape.Locations;
            var gradient = lane.Weighting(bank.FirstHead + h);
            var weighting = initial.Weighting(0, 0, bank.FirstHead + h);
            var mean = 0.0;
            for (var i = 0; i < shape.Locations; i++)
                mean += (double)gradient[i] * weighting[i];
            for (var i = 0; i < shape.Locations; i++)
                target[i] = weighting[i] * (gradient[i] - (float)mean);
        }
    }
}
