namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// The backward pass over a stretch that <see cref="GroupForward"/> has gone through. Gradients take the place of what they are the
/// gradients of: logits, head outputs, gates; the weight gradients follow from these in one product each.
/// </summary>
internal static unsafe class GroupBackward
{
    /// <param name="shape">The machine.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="history">The stretch; its logits replaced by their gradients.</param>
    /// <param name="scratch">The gradients of the state after the stretch; on return, of the state before it.</param>
    /// <param name="group">The samples.</param>
    /// <param name="dInputs"><c>[T, B, I]</c>, or <see langword="null"/>.</param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="firstStep">The first step of the stretch.</param>
    /// <param name="steps">Steps of the stretch.</param>
    public static void Run(
        MachineShape shape, PackedWeights weights, History history, GroupScratch scratch, in SampleGroup group, float* dInputs, int batch,
        int firstStep, int steps)
    {
        var rows = history.Rows;
        for (var s = steps - 1; s >= 0; s--)
        {
            var active = group.Active(firstStep + s);
            weights.Output.Backward(
                history.Logits(s), shape.OutputsPadded, rows, shape.Outputs, scratch.DTop, shape.TopStride, shape.TopColumns, accumulate: false);
            for (var r = 0; r < active; r++)
                Memory(shape, history, scratch, s, r);
            for (var r = active; r < rows; r++)
                Floats.Clear(history.Parameters(s, r), shape.HeadOutputsPadded);
            weights.Heads.Backward(
                history.Parameters(s), shape.HeadOutputsPadded, rows, shape.HeadOutputs, scratch.DTop, shape.TopStride, shape.Units, accumulate: true);
            for (var l = shape.Layers - 1; l >= 0; l--)
                Layer(shape, weights.Layers[l], history, scratch, l, s, dInputs is not null);
            if (dInputs is null)
                continue;
            for (var r = 0; r < active; r++)
            {
                var target = dInputs + ((nint)(firstStep + s) * batch + group.Samples[r]) * shape.Inputs;
                Floats.Copy(scratch.DLayer(0, r) + shape.InputColumn, target, shape.Inputs);
            }
        }
    }

    private static void Layer(MachineShape shape, PackedLinear weights, History history, GroupScratch scratch, int l, int s, bool wantInputs)
    {
        var rows = history.Rows;
        for (var r = 0; r < rows; r++)
        {
            var above = l == shape.Layers - 1 ? scratch.DTop + r * shape.TopStride : scratch.DLayer(l + 1, r) + shape.BelowColumn;
            if (shape.Lstm)
            {
                ControllerPasses.LstmBackward(
                    history.Gates(l, s, r), history.Cells(l, s, r), history.CellTanhs(l, s, r), above, scratch.DLayer(l, r), scratch.DCells(l, r),
                    scratch.UnitMask, shape.UnitsPadded);
            }
            else
            {
                ControllerPasses.FeedforwardBackward(history.Gates(l, s, r), above, scratch.UnitMask, shape.UnitsPadded);
            }
        }

        var columns = l > 0 || wantInputs ? shape.BiasColumn(l) : shape.InputColumn;
        weights.Backward(
            history.Gates(l, s), shape.GateRows, rows, shape.GateRows, scratch.DLayer(l, 0), shape.LayerStride(l), columns, accumulate: false);
    }

    private static void Memory(MachineShape shape, History history, GroupScratch scratch, int s, int r)
    {
        // The reads went into this step's logits and into the next step's controller.
        var dReads = scratch.DTop + r * shape.TopStride + shape.TopReadColumn;
        Floats.Add(scratch.DLayer(0, r) + shape.BelowColumn, dReads, shape.ReadWidth);

        var activated = history.Activated(s, r);
        var erase = shape.Write.FirstOutput + shape.Write.OutputsPerHead - 2 * shape.Width;
        var terms = 0;
        if (shape.ReadsAfterWrite)
        {
            terms = Reads(shape, history, scratch, s, r, s + 1, dReads, terms);
            MemoryPasses.AddTerms(
                scratch.DMemory(r), history.Memory(s + 1, r), scratch.OwnFactors, scratch.Coefficients, scratch.Vectors, terms, shape.Blocks, shape.Width);
            terms = 0;
        }

        MemoryWrite.Backward(
            scratch.DMemory(r), history.Memory(s, r), history.Weighting(s + 1, r, shape.Write.FirstHead), shape.Write.Count,
            activated + erase, activated + erase + shape.Width, shape.Write.OutputsPerHead, scratch.DWeighting(r, shape.Write.FirstHead),
            scratch.DActivated + erase, scratch.DActivated + erase + shape.Width, scratch.WriteScratch, shape.Blocks, shape.Width);
        if (shape.ReadsAfterWrite)
            Floats.Clear(scratch.OwnFactors, shape.LocationsPadded);
        else
            terms = Reads(shape, history, scratch, s, r, s, dReads, terms);
        terms = Addressing(shape, shape.Write, history, scratch, s, r, s, terms);
        MemoryPasses.AddTerms(
            scratch.DMemory(r), history.Memory(s, r), scratch.OwnFactors, scratch.Coefficients, scratch.Vectors, terms, shape.Blocks, shape.Width);
        HeadActivation.Backward(shape, history.Parameters(s, r), activated, scratch.DActivated);
    }

    /// <summary>The read heads: their reads, then their addressing.</summary>
    private static int Reads(
        MachineShape shape, History history, GroupScratch scratch, int s, int r, int memorySlot, float* dReads, int terms)
    {
        Floats.Clear(scratch.OwnFactors, shape.LocationsPadded);
        for (var h = 0; h < shape.Read.Count; h++)
        {
            var dRead = dReads + h * shape.Width;
            MemoryPasses.Dot(history.Memory(memorySlot, r), dRead, scratch.DWeighting(r, h), shape.Blocks, shape.Width, accumulate: true);
            scratch.Coefficients[terms] = history.Weighting(s + 1, r, h);
            scratch.Vectors[terms] = dRead;
            terms++;
        }

        return Addressing(shape, shape.Read, history, scratch, s, r, memorySlot, terms);
    }

    private static int Addressing(
        MachineShape shape, in HeadShape bank, History history, GroupScratch scratch, int s, int r, int memorySlot, int terms)
    {
        for (var h = 0; h < bank.Count; h++)
        {
            var head = bank.FirstHead + h;
            var first = bank.FirstOutput + h * bank.OutputsPerHead;
            var slot = history.Head(s, r, head, first, memorySlot);
            var rowFactors = scratch.RowFactors + (nint)head * shape.LocationsPadded;
            AddressingBackward.Compute(
                shape, bank.Located, bank.ShiftRange, slot, scratch.DWeighting(r, head), scratch.DActivated + first, rowFactors, scratch.OwnFactors,
                scratch.Ring, scratch.OtherRing);
            scratch.Coefficients[terms] = rowFactors;
            scratch.Vectors[terms] = slot.Key;
            terms++;
        }

        return terms;
    }
}
