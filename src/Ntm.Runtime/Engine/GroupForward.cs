namespace Ntm.Runtime.Engine;

/// <summary>The forward pass of a group of samples in lockstep over a chunk of steps.</summary>
internal static unsafe class GroupForward<TController, TAccess>
    where TController : struct, IController
    where TAccess : struct, IMemoryAccess
{
    /// <param name="shape">The machine.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="history">Arranged for the chunk; slot 0 is the state before it. This method fills in everything else.</param>
    /// <param name="scratch">Scratch.</param>
    /// <param name="group">The samples.</param>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="dropout">The dropout of the controller's output.</param>
    /// <param name="final">The target for the state after each sequence's own last step, or <see langword="null"/>.</param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="firstStep">The first step of the chunk.</param>
    /// <param name="steps">The number of steps of the chunk.</param>
    public static void Run(
        MachineShape shape, PackedWeights weights, History history, GroupScratch scratch, in SampleGroup group, float* inputs, in DropoutMasks dropout,
        StateBuffers? final, int batch, int firstStep, int steps)
    {
        for (var s = 0; s < steps; s++)
        {
            var active = group.Active(firstStep + s);
            var step = inputs + (nint)(firstStep + s) * batch * shape.Inputs;
            for (var r = 0; r < active; r++)
                LoadInput(shape, history, s, r, step + (nint)group.Samples[r] * shape.Inputs);
            for (var r = 0; r < active && dropout.IsActive; r++)
                LoadDropout(shape, history, s, r, dropout, group.Samples[r], firstStep + s);
            Step(shape, weights, history, scratch, s, active, dropout.IsActive);
            // The sequences that end with this step: the next one clears their rows.
            for (var r = group.Active(firstStep + s + 1); r < active; r++)
                final?.Save<TAccess, HistoryRow>(group.Samples[r], new HistoryRow(history, s + 1, r));
        }
    }

    /// <summary>Copies a sample's input to its row.</summary>
    public static void LoadInput(MachineShape shape, History history, int s, int r, float* input)
    {
        var row = history.Layer(0, s, r);
        Floats.Copy(input, row + shape.InputColumn, shape.Inputs);
        row[shape.BiasColumn(0)] = 1;
    }

    /// <summary>Writes the dropout of a sample's row at a step.</summary>
    public static void LoadDropout(MachineShape shape, History history, int s, int r, in DropoutMasks dropout, int sample, int step)
    {
        var factors = new Span<float>(history.Dropout(s, r), shape.UnitsPadded);
        dropout.Fill(sample, step, factors[..shape.Units], (float)dropout.Scale);
        factors[shape.Units..].Fill(1);
    }

    /// <summary>Computes one step from the state, the inputs and the dropout in its slot.</summary>
    /// <param name="shape">The machine.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="history">The history. Slot <paramref name="s"/> is the state before the step, the next slot receives the state after it.</param>
    /// <param name="scratch">Scratch.</param>
    /// <param name="s">The step.</param>
    /// <param name="active">The number of samples that have not ended.</param>
    /// <param name="drops">Whether there is dropout.</param>
    public static void Step(MachineShape shape, PackedWeights weights, History history, GroupScratch scratch, int s, int active, bool drops)
    {
        var rows = history.Rows;
        for (var r = active; r < rows; r++)
            Floats.Clear(history.Layer(0, s, r), shape.LayerStride(0));
        for (var l = 0; l < shape.Layers; l++)
            Layer(shape, weights.Layers[l], history, scratch, l, s);
        // After the layers, whose next step sees the whole output.
        for (var r = 0; r < active && drops; r++)
            Floats.Multiply(history.Dropout(s, r), history.Top(s, r), shape.UnitsPadded);
        weights.Heads.Forward(history.Top(s), shape.TopStride, rows, history.HeadOutputs(s), shape.HeadOutputsPadded);
        for (var r = 0; r < rows; r++)
        {
            var reads = history.Top(s, r) + shape.TopReadColumn;
            history.Prefetch(s + 1, s + 2, r);
            if (r < active)
                TAccess.Forward(StepOf(shape, history, scratch, s, r, reads));
            else
                Floats.Clear(reads, shape.ReadWidth);
            Floats.Copy(reads, history.Layer(0, s + 1, r) + shape.BelowColumn, shape.ReadWidth);
        }

        weights.Output.Forward(history.Top(s), shape.TopStride, rows, history.Logits(s), shape.OutputsPadded);
    }

    /// <summary>The data of a step for the memory access.</summary>
    public static AccessStep StepOf(MachineShape shape, History history, GroupScratch scratch, int s, int r, float* reads) => new()
    {
        Shape = shape.Access,
        Scratch = scratch.Access,
        Before = history.Carried(s, r),
        After = history.Carried(s + 1, r),
        Raw = history.HeadOutputs(s, r),
        Kept = history.Kept(s, r),
        Reads = reads,
    };

    /// <summary>
    /// Computes one layer, from its row to the rows of the next layer (or the top) and, if it has memory, of its own next step. Stores may write up to 7
    /// units past the end, so the bias and the reads are written afterwards.
    /// </summary>
    private static void Layer(MachineShape shape, PackedLinear weights, History history, GroupScratch scratch, int l, int s)
    {
        var rows = history.Rows;
        var layout = TController.Layout;
        weights.Forward(history.Layer(l, s), shape.LayerStride(l), rows, history.Gates(l, s), shape.GateRows);
        var top = l == shape.Layers - 1;
        for (var r = 0; r < rows; r++)
        {
            var output = top ? history.Top(s, r) : history.Layer(l + 1, s, r) + shape.BelowColumn;
            var slot = new LayerSlot
            {
                Sums = history.Gates(l, s, r),
                Before = history.Layer(l, s, r),
                Output = output,
                Mask = scratch.UnitMask,
                Units = shape.UnitsPadded,
            };
            if (layout.HasCell)
            {
                slot.Cell = history.Cells(l, s, r);
                slot.NextCell = history.Cells(l, s + 1, r);
                slot.Kept = history.KeptCells(l, s, r);
            }

            TController.Forward(slot);
            if (layout.Recurs)
                Floats.Copy(output, history.Layer(l, s + 1, r), shape.UnitsPadded);
            if (top)
                history.Top(s, r)[shape.TopBiasColumn] = 1;
            else
                history.Layer(l + 1, s, r)[shape.BiasColumn(l + 1)] = 1;
        }
    }
}
