namespace Ntm.Core.Engines.Cpu;

/// <summary>One group of samples of a call: forward, cost, backward.</summary>
internal static unsafe class GroupPass
{
    /// <summary>Forward over all stretches. Leaves the last one in the history and, if there are several, the states before each in the checkpoints.</summary>
    public static CostSum Forward(
        CpuMachine machine, Workspace space, BatchCall call, in SampleGroup group, in Stretches stretches, History history, History checkpoints,
        GroupScratch scratch, Span<long> wrongBits)
    {
        var shape = machine.Shape;
        scratch.Arrange(history.Rows);
        Begin(shape, space, call, group, history);
        var cost = new CostSum();
        wrongBits.Clear();
        for (var stretch = 0; stretch < stretches.Count; stretch++)
        {
            var steps = stretches.StepsOf(stretch, group.Steps);
            if (stretch > 0)
                history.CopyCarried(stretches.Length, history, 0);
            if (stretches.Count > 1 && call.Kind != CallKind.Forward)
                history.CopyCarried(0, checkpoints, stretch);
            var first = stretch * stretches.Length;
            GroupForward.Run(shape, space.Weights, history, scratch, group, call.Inputs, call.Batch, first, steps);
            Results(shape, call, group, history, first, steps, ref cost, wrongBits);
        }

        if (call.Final is { } final)
        {
            var slot = stretches.StepsOf(stretches.Count - 1, group.Steps);
            for (var r = 0; r < group.Samples.Length; r++)
                final.Save(group.Samples[r], new HistoryRow(history, slot, r));
        }

        return cost;
    }

    /// <summary>Backward over all stretches, the last first.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="space">The workspace.</param>
    /// <param name="call">The call.</param>
    /// <param name="group">The samples.</param>
    /// <param name="stretches">How the steps are cut.</param>
    /// <param name="history">Room for a stretch.</param>
    /// <param name="holdsLast">Whether it holds the last stretch.</param>
    /// <param name="checkpoints">The states before each stretch.</param>
    /// <param name="scratch">Scratch.</param>
    /// <param name="lane">The gradient that is added to, or set.</param>
    /// <param name="accumulate">Whether it is added to.</param>
    public static void Backward(
        CpuMachine machine, Workspace space, BatchCall call, in SampleGroup group, in Stretches stretches, History history, bool holdsLast,
        History checkpoints, GroupScratch scratch, LaneGradient lane, bool accumulate)
    {
        var shape = machine.Shape;
        scratch.Arrange(history.Rows);
        if (call.DFinal is { } dFinal)
            for (var r = 0; r < group.Samples.Length; r++)
                dFinal.Load(group.Samples[r], new GradientRow(scratch, r));
        for (var stretch = stretches.Count - 1; stretch >= 0; stretch--)
        {
            var steps = stretches.StepsOf(stretch, group.Steps);
            var first = stretch * stretches.Length;
            if (!holdsLast)
            {
                checkpoints.CopyCarried(stretch, history, 0);
                GroupForward.Run(shape, space.Weights, history, scratch, group, call.Inputs, call.Batch, first, steps);
            }

            holdsLast = false;
            DifferentiateLogits(shape, call, group, history, first, steps);
            GroupBackward.Run(shape, space.Weights, history, scratch, group, call.DInputs, call.Batch, first, steps);
            lane.AddWeights(history, steps, accumulate);
            accumulate = true;
        }

        for (var r = 0; r < group.Samples.Length; r++)
        {
            if (call.Given is null)
                lane.AddInitial(scratch, r);
            else
                call.DGiven?.Save(group.Samples[r], new GradientRow(scratch, r));
        }
    }

    /// <summary>The state before the first step. Rows without a sample are finite, and stay so.</summary>
    private static void Begin(MachineShape shape, Workspace space, BatchCall call, in SampleGroup group, History history)
    {
        for (var r = 0; r < history.Rows; r++)
        {
            space.Initial.CopyRow(0, 0, history, 0, r);
            if (r >= group.Samples.Length || call.Given is not { } given)
                continue;
            given.Load(group.Samples[r], new HistoryRow(history, 0, r));
            MemoryPasses.RowScales(history.Memory(0, r), history.RowScales(0, r), shape.Blocks, shape.Width);
        }
    }

    private static void Results(
        MachineShape shape, BatchCall call, in SampleGroup group, History history, int first, int steps, ref CostSum cost, Span<long> wrongBits)
    {
        for (var s = 0; s < steps; s++)
        {
            var active = group.Active(first + s);
            for (var r = 0; r < active; r++)
            {
                var place = (nint)(first + s) * call.Batch + group.Samples[r];
                var logits = history.Logits(s, r);
                if (call.Logits is not null)
                    for (var o = 0; o < shape.Outputs; o++)
                        call.Logits[place * shape.Outputs + o] = Math.Clamp(logits[o], -shape.Clip, shape.Clip);
                call.Trace?.Save(place, history, s, r);
                if (call.Targets is null)
                    continue;
                var before = cost.WrongBits;
                CrossEntropy.AddCost(shape, logits, call.Targets + place * shape.Outputs, call.Mask[place], ref cost);
                wrongBits[r] += cost.WrongBits - before;
            }
        }
    }

    private static void DifferentiateLogits(MachineShape shape, BatchCall call, in SampleGroup group, History history, int first, int steps)
    {
        var share = 1f / call.Batch;
        for (var s = 0; s < steps; s++)
        {
            var active = group.Active(first + s);
            for (var r = 0; r < active; r++)
            {
                var place = (nint)(first + s) * call.Batch + group.Samples[r];
                var logits = history.Logits(s, r);
                if (call.Kind == CallKind.Train)
                    CrossEntropy.Differentiate(shape, logits, call.Targets + place * shape.Outputs, call.Mask[place] * share);
                else
                    FromOutside(shape, call.DLogits, place, logits);
            }

            for (var r = active; r < history.Rows; r++)
                Floats.Clear(history.Logits(s, r), shape.OutputsPadded);
        }
    }

    private static void FromOutside(MachineShape shape, float* dLogits, nint place, float* logits)
    {
        for (var o = 0; o < shape.OutputsPadded; o++)
        {
            logits[o] = dLogits is not null && o < shape.Outputs && HeadActivation.Inside(shape, logits[o])
                ? dLogits[place * shape.Outputs + o]
                : 0;
        }
    }
}
