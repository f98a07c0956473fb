namespace Ntm.Core.Engines.Cpu;

/// <summary>The forward pass of a group of samples in lockstep over a stretch of steps.</summary>
internal static unsafe class GroupForward
{
    /// <param name="shape">The machine.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="history">Arranged for the stretch; slot 0 is the state before it, with everything else filled in here.</param>
    /// <param name="scratch">Scratch.</param>
    /// <param name="group">The samples.</param>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="firstStep">The first step of the stretch.</param>
    /// <param name="steps">Steps of the stretch.</param>
    public static void Run(
        MachineShape shape, PackedWeights weights, History history, GroupScratch scratch, in SampleGroup group, float* inputs, int batch,
        int firstStep, int steps)
    {
        var rows = history.Rows;
        for (var s = 0; s < steps; s++)
        {
            var active = group.Active(firstStep + s);
            for (var r = 0; r < active; r++)
            {
                var row = history.Layer(0, s, r);
                Floats.Copy(inputs + ((nint)(firstStep + s) * batch + group.Samples[r]) * shape.Inputs, row + shape.InputColumn, shape.Inputs);
                row[shape.BiasColumn(0)] = 1;
            }

            for (var r = active; r < rows; r++)
                Floats.Clear(history.Layer(0, s, r), shape.LayerStride(0));
            for (var l = 0; l < shape.Layers; l++)
                Layer(shape, weights.Layers[l], history, l, s);
            weights.Heads.Forward(history.Top(s), shape.TopStride, rows, history.Parameters(s), shape.HeadOutputsPadded);
            for (var r = 0; r < rows; r++)
            {
                var reads = history.Top(s, r) + shape.TopReadColumn;
                if (r < active)
                    Memory(shape, history, scratch, s, r, reads);
                else
                    Floats.Clear(reads, shape.ReadWidth);
                Floats.Copy(reads, history.Layer(0, s + 1, r) + shape.BelowColumn, shape.ReadWidth);
            }

            weights.Output.Forward(history.Top(s), shape.TopStride, rows, history.Logits(s), shape.OutputsPadded);
        }
    }

    /// <summary>
    /// One layer, from its row to the rows of the next layer (or the top) and, if it is an LSTM, of its own next step. Stores run over by up to 7
    /// units: the bias and the reads are written behind them afterwards.
    /// </summary>
    private static void Layer(MachineShape shape, PackedLinear weights, History history, int l, int s)
    {
        var rows = history.Rows;
        weights.Forward(history.Layer(l, s), shape.LayerStride(l), rows, history.Gates(l, s), shape.GateRows);
        var top = l == shape.Layers - 1;
        for (var r = 0; r < rows; r++)
        {
            var output = top ? history.Top(s, r) : history.Layer(l + 1, s, r) + shape.BelowColumn;
            if (shape.Lstm)
            {
                ControllerPasses.LstmForward(
                    history.Gates(l, s, r), history.Cells(l, s, r), history.Cells(l, s + 1, r), history.CellTanhs(l, s, r), output, shape.UnitsPadded);
                Floats.Copy(output, history.Layer(l, s + 1, r), shape.UnitsPadded);
            }
            else
            {
                ControllerPasses.FeedforwardForward(history.Gates(l, s, r), output, shape.UnitsPadded);
            }

            if (top)
                history.Top(s, r)[shape.TopBiasColumn] = 1;
            else
                history.Layer(l + 1, s, r)[shape.BiasColumn(l + 1)] = 1;
        }
    }

    private static void Memory(MachineShape shape, History history, GroupScratch scratch, int s, int r, float* reads)
    {
        var activated = history.Activated(s, r);
        HeadActivation.Forward(shape, history.Parameters(s, r), activated);
        var readSlot = shape.ReadsAfterWrite ? s + 1 : s;
        if (!shape.ReadsAfterWrite)
            Read(shape, history, scratch, s, r, readSlot, reads);
        Address(shape, shape.Write, history, scratch, s, r, s);
        var erases = activated + shape.Write.FirstOutput + shape.Write.OutputsPerHead - 2 * shape.Width;
        MemoryWrite.Forward(
            history.Memory(s, r), history.Weighting(s + 1, r, shape.Write.FirstHead), shape.Write.Count, erases, erases + shape.Width,
            shape.Write.OutputsPerHead, history.Memory(s + 1, r), history.RowScales(s + 1, r), shape.Blocks, shape.Width);
        if (shape.ReadsAfterWrite)
            Read(shape, history, scratch, s, r, readSlot, reads);
    }

    private static void Read(MachineShape shape, History history, GroupScratch scratch, int s, int r, int memorySlot, float* reads)
    {
        Address(shape, shape.Read, history, scratch, s, r, memorySlot);
        for (var h = 0; h < shape.Read.Count; h++)
            MemoryPasses.Sum(history.Memory(memorySlot, r), history.Weighting(s + 1, r, h), reads + h * shape.Width, shape.Blocks, shape.Width);
    }

    private static void Address(MachineShape shape, in HeadShape bank, History history, GroupScratch scratch, int s, int r, int memorySlot)
    {
        for (var h = 0; h < bank.Count; h++)
        {
            var slot = history.Head(s, r, bank.FirstHead + h, bank.FirstOutput + h * bank.OutputsPerHead, memorySlot);
            AddressingForward.Compute(shape, bank.Located, bank.ShiftRange, slot, scratch.Mask, scratch.Ring);
        }
    }
}
