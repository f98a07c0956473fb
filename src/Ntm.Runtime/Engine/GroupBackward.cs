namespace Ntm.Runtime.Engine;

/// <summary>
/// The backward pass over a chunk, after its forward pass by <see cref="GroupForward{TController, TAccess}"/>. Gradients replace the values that they belong
/// to: logits, head outputs, gates. The weight gradients follow from these in one product each.
/// </summary>
internal static unsafe class GroupBackward<TController, TAccess>
    where TController : struct, IController
    where TAccess : struct, IMemoryAccess
{
    /// <param name="shape">The machine.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="history">The chunk; its logits replaced by their gradients.</param>
    /// <param name="scratch">The gradients of the state after the chunk; on return, the gradients of the state before it.</param>
    /// <param name="group">The samples.</param>
    /// <param name="drops">Whether the forward pass had dropout.</param>
    /// <param name="dFinal">The gradients of the state after each sequence's own last step, or <see langword="null"/> for zero.</param>
    /// <param name="dInputs"><c>[T, B, I]</c>, or <see langword="null"/>.</param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="firstStep">The first step of the chunk.</param>
    /// <param name="steps">The number of steps of the chunk.</param>
    public static void Run(
        MachineShape shape, PackedWeights weights, History history, GroupScratch scratch, in SampleGroup group, bool drops, StateBuffers? dFinal,
        float* dInputs, int batch, int firstStep, int steps)
    {
        for (var s = steps - 1; s >= 0; s--)
        {
            var active = group.Active(firstStep + s);
            // The sequences that end with this step.
            for (var r = group.Active(firstStep + s + 1); r < active; r++)
                dFinal?.Load<TAccess, GradientRow>(group.Samples[r], new GradientRow(scratch.Gradient, r));
            Step(shape, weights, history, scratch, s, active, drops, dInputs is not null);
            if (dInputs is null)
                continue;
            for (var r = 0; r < active; r++)
            {
                var target = dInputs + ((nint)(firstStep + s) * batch + group.Samples[r]) * shape.Inputs;
                Floats.Copy(scratch.DLayer(0, r) + shape.InputColumn, target, shape.Inputs);
            }
        }
    }

    /// <summary>Goes back through one step.</summary>
    /// <param name="shape">The machine.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="history">The history after the forward pass; the step's logits replaced by their gradients.</param>
    /// <param name="scratch">The gradients of the state after the step; on return, the gradients of the state before it.</param>
    /// <param name="s">The step.</param>
    /// <param name="active">The number of samples that have not ended.</param>
    /// <param name="drops">Whether the forward pass had dropout.</param>
    /// <param name="wantInputs">Whether the gradients of the inputs are needed.</param>
    public static void Step(
        MachineShape shape, PackedWeights weights, History history, GroupScratch scratch, int s, int active, bool drops, bool wantInputs)
    {
        var rows = history.Rows;
        weights.Output.Backward(
            history.Logits(s), shape.OutputsPadded, rows, shape.Outputs, scratch.DTop, shape.TopStride, shape.TopColumns, accumulate: false);
        for (var r = 0; r < active; r++)
            Memory(shape, history, scratch, s, r);
        for (var r = active; r < rows; r++)
            Floats.Clear(history.HeadOutputs(s, r), shape.HeadOutputsPadded);
        weights.Heads.Backward(
            history.HeadOutputs(s), shape.HeadOutputsPadded, rows, shape.HeadOutputs, scratch.DTop, shape.TopStride, shape.Units, accumulate: true);
        for (var r = 0; r < active && drops; r++)
            Floats.Multiply(history.Dropout(s, r), scratch.DTop + r * shape.TopStride, shape.UnitsPadded);
        for (var l = shape.Layers - 1; l >= 0; l--)
            Layer(shape, weights.Layers[l], history, scratch, l, s, wantInputs);
    }

    private static void Layer(MachineShape shape, PackedLinear weights, History history, GroupScratch scratch, int l, int s, bool wantInputs)
    {
        var rows = history.Rows;
        var layout = TController.Layout;
        for (var r = 0; r < rows; r++)
        {
            var gradient = new LayerGradient
            {
                Sums = history.Gates(l, s, r),
                Before = history.Layer(l, s, r),
                DOutput = l == shape.Layers - 1 ? scratch.DTop + r * shape.TopStride : scratch.DLayer(l + 1, r) + shape.BelowColumn,
                DLater = scratch.DLayer(l, r),
                DCell = scratch.DCells(l, r),
                Mask = scratch.UnitMask,
                Units = shape.UnitsPadded,
            };
            if (layout.HasCell)
            {
                gradient.Cell = history.Cells(l, s, r);
                gradient.Kept = history.KeptCells(l, s, r);
            }

            TController.Backward(gradient);
        }

        var columns = l > 0 || wantInputs ? shape.BiasColumn(l) : shape.InputColumn;
        weights.Backward(
            history.Gates(l, s), shape.GateRows, rows, shape.GateRows, scratch.DLayer(l, 0), shape.LayerStride(l), columns, accumulate: false);
        if (!TController.PassesOutput)
            return;
        for (var r = 0; r < rows; r++)
            Floats.Add(scratch.DCells(l, r), scratch.DLayer(l, r), shape.Units);
    }

    private static void Memory(MachineShape shape, History history, GroupScratch scratch, int s, int r)
    {
        history.Prefetch(s - 1, s - 1, r);
        // The reads were used by this step's logits and by the next step's controller.
        var dReads = scratch.DTop + r * shape.TopStride + shape.TopReadColumn;
        Floats.Add(scratch.DLayer(0, r) + shape.BelowColumn, dReads, shape.ReadWidth);
        TAccess.Backward(GroupForward<TController, TAccess>.StepOf(shape, history, scratch, s, r, null), dReads, scratch.DCarried(r));
    }
}
