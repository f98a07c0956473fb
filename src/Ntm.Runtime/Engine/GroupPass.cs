namespace Ntm.Runtime.Engine;

/// <summary>One group of samples of a call: forward, cost, backward.</summary>
internal static unsafe class GroupPass<TController, TAccess, TLoss>
    where TController : struct, IController
    where TAccess : struct, IMemoryAccess
    where TLoss : struct, ILoss
{
    /// <summary>Computes the forward pass over all chunks. Leaves the last one in the history and, if there are several, the states before each in the
    /// checkpoints.</summary>
    public static LossSum Forward(
        MachineShape shape, EngineBuffers space, BatchCall call, in SampleGroup group, in Chunks chunks, History history, History checkpoints,
        GroupScratch scratch, Span<long> wrong)
    {
        scratch.Arrange(history.Rows, null);
        Begin(shape, space, call, group, history);
        var sum = new LossSum();
        wrong.Clear();
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            var steps = chunks.StepsOf(chunk, group.Steps);
            if (chunk > 0)
                history.CopyCarried(chunks.Length, history, 0);
            if (chunks.Count > 1 && call.Kind != CallKind.Forward)
                history.CopyCarried(0, checkpoints, chunk);
            var first = chunk * chunks.Length;
            GroupForward<TController, TAccess>.Run(shape, space.Weights, history, scratch, group, call.Inputs, call.Dropout, call.Final, call.Batch, first, steps);
            Results(shape, call, group, history, scratch, first, steps, ref sum, wrong);
        }

        return sum;
    }

    /// <summary>Computes the backward pass over all chunks, the last first.</summary>
    /// <param name="shape">The machine.</param>
    /// <param name="space">Its weights and initial state.</param>
    /// <param name="call">The call.</param>
    /// <param name="group">The samples.</param>
    /// <param name="chunks">The chunks of the steps.</param>
    /// <param name="history">Space for a chunk.</param>
    /// <param name="holdsLast">Whether it holds the last chunk.</param>
    /// <param name="checkpoints">The states before each chunk.</param>
    /// <param name="scratch">Scratch.</param>
    /// <param name="lane">The gradient, which is added to or set.</param>
    /// <param name="accumulate">Whether it is added to.</param>
    public static void Backward(
        MachineShape shape, EngineBuffers space, BatchCall call, in SampleGroup group, in Chunks chunks, History history, bool holdsLast,
        History checkpoints, GroupScratch scratch, LaneGradient lane, bool accumulate)
    {
        scratch.Arrange(history.Rows);
        for (var chunk = chunks.Count - 1; chunk >= 0; chunk--)
        {
            var steps = chunks.StepsOf(chunk, group.Steps);
            var first = chunk * chunks.Length;
            if (!holdsLast)
            {
                checkpoints.CopyCarried(chunk, history, 0);
                GroupForward<TController, TAccess>.Run(shape, space.Weights, history, scratch, group, call.Inputs, call.Dropout, null, call.Batch, first, steps);
            }

            holdsLast = false;
            DifferentiateLogits(shape, call, group, history, first, steps);
            GroupBackward<TController, TAccess>.Run(shape, space.Weights, history, scratch, group, call.Dropout.IsActive, call.DFinal, call.DInputs, call.Batch, first, steps);
            lane.AddWeights(history, steps, accumulate);
            accumulate = true;
        }

        for (var r = 0; r < group.Samples.Length; r++)
        {
            if (call.Given is null)
                lane.AddInitial(scratch, r);
            else
                call.DGiven?.Save<TAccess, GradientRow>(group.Samples[r], new GradientRow(scratch.Gradient, r));
        }
    }

    /// <summary>Loads the state before the first step. Rows without a sample are finite and stay finite.</summary>
    private static void Begin(MachineShape shape, EngineBuffers space, BatchCall call, in SampleGroup group, History history)
    {
        for (var r = 0; r < history.Rows; r++)
        {
            space.Initial.CopyRow(0, 0, history, 0, r);
            if (r >= group.Samples.Length || call.Given is not { } given)
                continue;
            given.Load<TAccess, HistoryRow>(group.Samples[r], new HistoryRow(history, 0, r));
            TAccess.Complete(shape.Access, history.Carried(0, r));
        }
    }

    private static void Results(
        MachineShape shape, BatchCall call, in SampleGroup group, History history, GroupScratch scratch, int first, int steps, ref LossSum sum, Span<long> wrong)
    {
        var outputs = new OutputShape(shape.Outputs, shape.Clip);
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
                call.Trace?.Save(place, GroupForward<TController, TAccess>.StepOf(shape, history, scratch, s, r, history.Top(s, r) + shape.TopReadColumn));
                if (call.Targets is null || call.Mask[place] == 0)
                    continue;
                var before = sum.Wrong;
                TLoss.Add(outputs, logits, call.Targets + place * shape.Outputs, call.Mask[place], ref sum);
                wrong[r] += sum.Wrong - before;
            }
        }
    }

    private static void DifferentiateLogits(MachineShape shape, BatchCall call, in SampleGroup group, History history, int first, int steps)
    {
        var share = 1f / call.Batch;
        var outputs = new OutputShape(shape.Outputs, shape.Clip);
        for (var s = 0; s < steps; s++)
        {
            var active = group.Active(first + s);
            for (var r = 0; r < active; r++)
            {
                var place = (nint)(first + s) * call.Batch + group.Samples[r];
                var logits = history.Logits(s, r);
                if (call.Kind != CallKind.Train)
                    OutsideGradient.Load(shape, call.DLogits, place, logits);
                else if (call.Mask[place] * share is var weight && weight != 0)
                    Differentiate(shape, outputs, logits, call.Targets + place * shape.Outputs, weight);
                else
                    Floats.Clear(logits, shape.OutputsPadded);
            }

            for (var r = active; r < history.Rows; r++)
                Floats.Clear(history.Logits(s, r), shape.OutputsPadded);
        }
    }

    private static void Differentiate(MachineShape shape, OutputShape outputs, float* logits, float* targets, float weight)
    {
        TLoss.Differentiate(outputs, logits, targets, weight);
        for (var o = shape.Outputs; o < shape.OutputsPadded; o++)
            logits[o] = 0;
    }
}
