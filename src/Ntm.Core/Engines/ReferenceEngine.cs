using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The engine that defines correct results: one cell step after the other, with gradients by autograd.</summary>
internal static class ReferenceEngine
{
    /// <param name="cell">The cell.</param>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="state">The state before the first step.</param>
    /// <returns>The logits <c>[T, B, O]</c> and the state after the last step.</returns>
    public static (Tensor Logits, NtmState State) Forward(NtmCell cell, Tensor inputs, NtmState state)
    {
        var logits = new List<Tensor>();
        var last = state;
        foreach (var step in Steps(cell, inputs, state))
        {
            logits.Add(step.Logits);
            last = step.State;
        }

        return (stack(logits), last.ApartFrom(state));
    }

    /// <inheritdoc cref="Forward"/>
    public static NtmTrace Trace(NtmCell cell, Tensor inputs, NtmState state)
    {
        NtmStep[] steps = [.. Steps(cell, inputs, state)];
        Tensor Stack(Func<NtmStep, Tensor> part) => stack(steps.Select(part)).detach();
        return new NtmTrace(
            Stack(s => s.Logits), Stack(s => s.State.Reads), Stack(s => s.Erases), Stack(s => s.Adds), Stack(s => s.State.ReadWeightings),
            Stack(s => s.State.WriteWeightings));
    }

    private static IEnumerable<NtmStep> Steps(NtmCell cell, Tensor inputs, NtmState state)
    {
        foreach (var input in inputs.unbind(0))
        {
            var step = cell.Step(input, state);
            yield return step;
            state = step.State;
        }
    }
}
