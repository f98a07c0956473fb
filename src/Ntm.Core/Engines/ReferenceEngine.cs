using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The engine that defines correct results: one cell step after the other, with gradients by autograd.</summary>
internal static class ReferenceEngine
{
    /// <param name="cell">The cell.</param>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="state">The state before the first step.</param>
    /// <param name="lengths">Each sequence's length; empty if there is no padding.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <returns>The logits <c>[T, B, O]</c>, zero for padding, and the state after each sequence's last step.</returns>
    public static (Tensor Logits, NtmState State) Forward(NtmCell cell, Tensor inputs, NtmState state, int[] lengths, DropoutMasks dropout)
    {
        var logits = new List<Tensor>();
        var last = state;
        foreach (var step in Steps(cell, inputs, state, dropout))
        {
            if (lengths.Length == 0)
            {
                logits.Add(step.Logits);
                last = step.State;
                continue;
            }

            // Steps after a sequence's end are computed and not used, so they have no gradient.
            using var isActive = tensor([.. lengths.Select(length => length > logits.Count)], device: inputs.device);
            logits.Add(Chosen(isActive, step.Logits, zeros_like(step.Logits)));
            last = NtmState.Of([.. step.State.Tensors().Zip(last.Tensors(), (after, before) => Chosen(isActive, after, before))]);
        }

        return (stack(logits), last.ApartFrom(state));
    }

    /// <summary>Computes sequences and records what the heads do in every step.</summary>
    public static NtmTrace Trace(NtmCell cell, Tensor inputs, NtmState state)
    {
        NtmStep[] steps = [.. Steps(cell, inputs, state, default)];
        Tensor Stack(Func<NtmStep, Tensor> part) => stack(steps.Select(part)).detach();
        return new NtmTrace(
            Stack(s => s.Logits), Stack(s => s.State.Reads), Stack(s => s.Erases), Stack(s => s.Adds), Stack(s => s.State.ReadWeightings),
            Stack(s => s.State.WriteWeightings));
    }

    private static Tensor Chosen(Tensor isActive, Tensor active, Tensor other) =>
        where(isActive.view([-1, .. Enumerable.Repeat(1L, (int)active.dim() - 1)]), active, other);

    private static IEnumerable<NtmStep> Steps(NtmCell cell, Tensor inputs, NtmState state, DropoutMasks dropout)
    {
        var number = 0;
        foreach (var input in inputs.unbind(0))
        {
            var step = cell.Step(input, state, dropout, number++);
            yield return step;
            state = step.State;
        }
    }
}
