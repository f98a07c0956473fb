using System.Runtime.InteropServices;
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

    /// <summary>Tells whether the results depend on something that needs a gradient. Parameters of the initial state count as part of the state.</summary>
    private static bool NeedsGraph(StepPool pool, Tensor input, NtmState state)
    {
        if (input.requires_grad)
            return true;
        foreach (var tensor in state.Handles)
            if (tensor.requires_grad)
                return true;
        var parameters = pool.Machine.Tensors;
        for (var p = 0; p < parameters.Length; p++)
            if (parameters[p].requires_grad && !pool.Machine.Cell.Engine.IsInitial(p))
                return true;
        return false;
    }

    private static (Tensor Logits, NtmState State) Numbers(
        StepPool pool, Tensor input, NtmState state, bool isKnown, in DropoutMasks dropout, int threads)
    {
        using var noGrad = no_grad();
        var weights = pool.Use(trusted: isKnown);
        var segment = pool.RentSegment((int)input.size(0), most: 1);
        var outputs = Outputs(pool, segment.Batch);
        Compute(pool, weights, segment, 0, input, state, dropout, outputs, areFilled: true, threads);
        var isFinite = segment.IsFinite(1);
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
        List<Tensor> outputs;
        bool isFinite;
        using (no_grad())
        {
            place = chain.Add(before);
            outputs = Outputs(pool, batch);
            Compute(pool, chain.Weights, place.Segment, place.Slot, input, before is null ? state : null, dropout, outputs, areFilled: false, threads);
            isFinite = place.Segment.IsFinite(place.Slot + 1);
        }

        try
        {
            StepCall.Attach(place, before, input, state, dropout, root, outputs, threads);
        }
        catch
        {
            outputs.ForEach(output => output.Dispose());
            throw;
        }

        return Results(pool, outputs, isFinite, place);
    }

    /// <summary>Returns new tensors for logits and state.</summary>
    private static List<Tensor> Outputs(StepPool pool, int batch)
    {
        var machine = pool.Machine;
        var count = machine.Shape.State.Tensors.Length;
        var outputs = new List<Tensor>(1 + count) { machine.Empty(batch, machine.Shape.Outputs) };
        for (var i = 0; i < count; i++)
            outputs.Add(machine.Empty(machine.Cell.StateShape(i, batch)));
        return outputs;
    }

    /// <summary>Computes a step.</summary>
    private static void Compute(
        StepPool pool, StepWeights weights, StepSegment segment, int slot, Tensor input, NtmState? given, in DropoutMasks dropout, List<Tensor> outputs,
        bool areFilled, int threads)
    {
        var final = areFilled ? new StateBuffers(pool.Machine.Shape) : null;
        for (var i = 0; i < final?.Tensors.Length; i++)
            final.Tensors[i] = TensorVersion.Start(outputs[1 + i]);
        var engine = pool.RentEngine();
        using var plain = new PlainStep(pool.Machine, input, given);
        engine.Forward(weights.Packed, segment, slot, plain.Given, plain.Input, dropout, TensorVersion.Start(outputs[0]), final, threads);
        pool.Return(engine);
    }

    private static (Tensor Logits, NtmState State) Results(StepPool pool, List<Tensor> outputs, bool isFinite, StepPlace? place)
    {
        var versions = new long[outputs.Count - 1];
        for (var i = 0; i < versions.Length; i++)
            versions[i] = TensorVersion.Of(outputs[1 + i]);
        var state = NtmState.Of(CollectionsMarshal.AsSpan(outputs)[1..]);
        state.Origin = new StepOrigin(pool, versions, isFinite, place);
        return (outputs[0], state);
    }
}
