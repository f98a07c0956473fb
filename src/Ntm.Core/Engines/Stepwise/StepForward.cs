using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Computes single steps on the CPU engine: the interface between <see cref="StepEngine"/> and torch.</summary>
internal static unsafe class StepForward
{
    /// <param name="pool">The machine's pool.</param>
    /// <param name="input"><c>[B, I]</c>, checked.</param>
    /// <param name="state">The state before the step, checked.</param>
    /// <param name="isKnown">Whether the state is the unchanged result of a step.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <param name="threads">The number of threads; 0 for all cores.</param>
    public static (Tensor Logits, NtmState State) Run(
        StepPool pool, Tensor input, NtmState state, bool isKnown, in DropoutMasks dropout, int threads)
    {
        threads = SequenceEngine.Count(threads);
        return is_grad_enabled() && NeedsGraph(pool, input, state)
            ? Graph(pool, input, state, isKnown, dropout, threads)
            : Numbers(pool, input, state, isKnown, dropout, threads);
    }

    private static bool NeedsGraph(StepPool pool, Tensor input, NtmState state) =>
        input.requires_grad || state.Memory.requires_grad || Array.Exists(pool.Machine.Tensors, t => t.requires_grad)
        || state.Tensors().Any(t => t.requires_grad);

    private static (Tensor Logits, NtmState State) Numbers(
        StepPool pool, Tensor input, NtmState state, bool isKnown, in DropoutMasks dropout, int threads)
    {
        using var noGrad = no_grad();
        var weights = pool.Use(trusted: isKnown);
        var segment = pool.RentSegment((int)input.size(0));
        var outputs = Compute(pool, weights, segment, 0, input, state, dropout, threads, out var isFinite);
        pool.Return(segment);
        pool.Release(weights);
        return Results(pool, outputs, isFinite, null);
    }

    private static (Tensor Logits, NtmState State) Graph(
        StepPool pool, Tensor input, NtmState state, bool isKnown, in DropoutMasks dropout, int threads)
    {
        var batch = (int)input.size(0);
        var before = isKnown ? state.Origin!.Place : null;
        if (before is not null && !before.Chain.Continues(batch))
            before = null;
        var chain = before?.Chain ?? new StepChain(pool, pool.Use(trusted: false), batch);
        using var root = before is null && chain.NeedsGradient ? ChainFunction.Apply(chain, threads) : null;
        StepPlace place;
        StepCall call;
        bool isFinite;
        using (no_grad())
        {
            place = chain.Add(before);
            var outputs = Compute(pool, chain.Weights, place.Segment, place.Slot, input, before is null ? state : null, dropout, threads, out isFinite);
            call = new StepCall(place, input, state, dropout, root, outputs, threads);
        }

        if (before is null && root is null)
            call.SaveParameters();
        return Results(pool, StepFunction.Apply(call), isFinite, place);
    }

    /// <summary>Computes a step; returns logits and the tensors of the state.</summary>
    private static List<Tensor> Compute(
        StepPool pool, StepWeights weights, StepSegment segment, int slot, Tensor input, NtmState? given, in DropoutMasks dropout, int threads,
        out bool isFinite)
    {
        var machine = pool.Machine;
        var count = machine.Shape.State.Tensors.Length;
        var batch = (int)input.size(0);
        var outputs = new List<Tensor>(1 + count) { machine.Empty(batch, machine.Shape.Outputs) };
        var final = new StateBuffers(machine.Shape);
        for (var i = 0; i < count; i++)
        {
            outputs.Add(machine.Empty(machine.Cell.StateShape(i, batch)));
            final.Tensors[i] = TensorVersion.Start(outputs[1 + i]);
        }

        var engine = pool.RentEngine();
        using var plain = new PlainStep(machine, input, given);
        engine.Forward(weights.Packed, segment, slot, plain.Given, plain.Input, dropout, TensorVersion.Start(outputs[0]), final, threads);
        pool.Return(engine);
        isFinite = true;
        for (var i = 0; isFinite && i < count; i++)
            isFinite = AllFinite(final.Tensors[i], (long)batch * machine.Shape.State.Tensors[i].Size);
        return outputs;
    }

    private static bool AllFinite(float* values, long count)
    {
        for (; count > int.MaxValue / 2; count -= int.MaxValue / 2, values += int.MaxValue / 2)
            if (!FiniteCheck.AllFinite(values, int.MaxValue / 2))
                return false;
        return FiniteCheck.AllFinite(values, (int)count);
    }

    private static (Tensor Logits, NtmState State) Results(StepPool pool, List<Tensor> outputs, bool isFinite, StepPlace? place)
    {
        var versions = new long[outputs.Count - 1];
        for (var i = 0; i < versions.Length; i++)
            versions[i] = TensorVersion.Of(outputs[1 + i]);
        var state = NtmState.Of(outputs.GetRange(1, outputs.Count - 1));
        state.Origin = new StepOrigin(pool, versions, isFinite, place);
        return (outputs[0], state);
    }
}
