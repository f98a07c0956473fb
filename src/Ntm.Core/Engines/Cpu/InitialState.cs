namespace Ntm.Core.Engines.Cpu;

/// <summary>The machine's own initial state, as one row of a history without steps.</summary>
internal static unsafe class InitialState
{
    public static void Fill(CpuMachine machine, float** parameters, in StartValues starts, History target)
    {
        var (shape, table) = (machine.Shape, machine.Parameters);
        target.Arrange(1, 0);
        for (var l = 0; l < shape.Layers; l++)
        {
            Floats.Clear(target.Layer(l, 0), shape.LayerStride(l));
            if (!shape.Lstm)
                continue;
            Floats.Clear(target.Cells(l, 0), shape.UnitsPadded);
            Floats.Copy(parameters[table.Layers[l].InitialH], target.Layer(l, 0), shape.Units);
            Floats.Copy(parameters[table.Layers[l].InitialC], target.Cells(l, 0), shape.Units);
        }

        var reads = target.Layer(0, 0) + shape.BelowColumn;
        for (var m = 0; m < shape.ReadWidth; m++)
            reads[m] = table.InitialReads < 0 ? *starts.Read : MathF.Tanh(parameters[table.InitialReads][m]);
        Weightings(shape, shape.Read, table.InitialReadWeightings, starts.ReadWeighting, parameters, target);
        Weightings(shape, shape.Write, table.InitialWriteWeightings, starts.WriteWeighting, parameters, target);
        Memory(machine, parameters, starts, target);
        MemoryPasses.RowScales(target.Memory(0, 0), target.RowScales(0, 0), shape.Blocks, shape.Width);
    }

    private static void Weightings(MachineShape shape, in HeadShape bank, int place, float* constant, float** parameters, History target)
    {
        for (var h = 0; h < bank.Count; h++)
        {
            var weighting = target.Weighting(0, 0, bank.FirstHead + h);
            Floats.Clear(weighting, shape.LocationsPadded);
            if (place < 0)
                new Span<float>(weighting, shape.Locations).Fill(*constant);
            else
                Softmax(parameters[place] + (nint)h * shape.Locations, weighting, shape.Locations);
        }
    }

    private static void Memory(CpuMachine machine, float** parameters, in StartValues starts, History target)
    {
        var (shape, table) = (machine.Shape, machine.Parameters);
        if (table.Memory >= 0)
            MemoryLayout.ToBlocks(shape, parameters[table.Memory], target.Memory(0, 0));
        else if (starts.Matrix is not null)
            MemoryLayout.ToBlocks(shape, starts.Matrix, target.Memory(0, 0));
        else
            MemoryLayout.Fill(shape, *starts.Constant, target.Memory(0, 0));
    }

    private static void Softmax(float* logits, float* weights, int count)
    {
        var largest = float.NegativeInfinity;
        for (var i = 0; i < count; i++)
            largest = Math.Max(largest, logits[i]);
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += weights[i] = MathF.Exp(logits[i] - largest);
        for (var i = 0; i < count; i++)
            weights[i] = (float)(weights[i] / sum);
    }
}
