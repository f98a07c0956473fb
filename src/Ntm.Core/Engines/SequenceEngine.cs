using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Computes whole sequences in one call, forward and backward: the interface between the engines and torch.</summary>
internal static class SequenceEngine
{
    /// <param name="machine">The machine.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, checked.</param>
    /// <param name="state">The state before the first step, checked; <see langword="null"/> for the machine's initial state.</param>
    /// <param name="lengths">Each sequence's length, checked; empty if there is no padding.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <param name="threads">The number of CPU threads; 0 for all cores.</param>
    /// <returns>The logits <c>[T, B, O]</c> and the state after each sequence's last step.</returns>
    public static (Tensor Logits, NtmState State) Forward(
        SequenceMachine machine, Tensor inputs, NtmState? state, int[] lengths, DropoutMasks dropout, int threads)
    {
        CheckCounts(inputs);
        var arguments = new List<Tensor> { inputs };
        arguments.AddRange(state?.Tensors() ?? []);
        var keep = is_grad_enabled() && (arguments.Exists(a => a.requires_grad) || Array.Exists(machine.Tensors, t => t.requires_grad));
        if (!keep)
        {
            using var noGrad = no_grad();
            return Results(PlainCall.Forward(machine, inputs, state, lengths, dropout, Count(threads)));
        }

        using var call = Forward();
        return Results(SequenceFunction.Apply(call));

        // Before the autograd function is applied, which cannot be undone if something throws.
        SequenceCall Forward()
        {
            using var noGrad = no_grad();
            return new SequenceCall(machine, inputs, state, lengths, dropout, Count(threads));
        }
    }

    /// <summary>Computes sequences and records what the heads do in every step; no gradients.</summary>
    public static NtmTrace Trace(SequenceMachine machine, Tensor inputs, NtmState? state, int threads)
    {
        CheckCounts(inputs);
        return PlainCall.Trace(machine, inputs, state, Count(threads));
    }

    /// <summary>Returns the number of threads for a setting.</summary>
    public static int Count(int threads) => threads == 0 ? Environment.ProcessorCount : threads;

    /// <summary>Checks the counts: the engine allocates by 32-bit sizes per sample and counts steps and samples in 32 bits.</summary>
    private static void CheckCounts(Tensor inputs)
    {
        if (inputs.size(0) > int.MaxValue || inputs.size(1) > int.MaxValue)
            throw new ArgumentException("inputs has more than 2^31 steps or sequences; expected fewer.", nameof(inputs));
    }

    private static (Tensor Logits, NtmState State) Results(List<Tensor> outputs) => (outputs[0], NtmState.Of(CollectionsMarshal.AsSpan(outputs)[1..]));
}
