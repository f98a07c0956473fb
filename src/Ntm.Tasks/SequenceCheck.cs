using System.Globalization;
using Ntm.Core;
using Ntm.Shared;

namespace Ntm.Tasks;

/// <summary>Refuses a drawn sequence that nothing can be learned from, before a model or a learning rate is blamed for it.</summary>
internal static class SequenceCheck
{
    /// <param name="task">The task that drew the sequence.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="losses">The task's losses.</param>
    /// <param name="seed">The seed of its stream.</param>
    /// <param name="index">The index in the stream.</param>
    /// <exception cref="InvalidOperationException">The sequence has no step, no step that counts, an input that is not finite, or a target that is not valid
    /// for the task's loss.</exception>
    public static void ThrowIfBad(
        SequenceTask task, SequenceBuffer sequence, (ReferenceLoss Loss, int First, int Count)[] losses, ulong seed, long index)
    {
        if (sequence.Steps == 0)
        {
            throw new InvalidOperationException(
                $"The task {task.Name} drew no sequence; its Draw must call {nameof(SequenceBuffer)}.{nameof(SequenceBuffer.Begin)} first.");
        }

        if (ValueCheck.FirstNotFinite(sequence.Inputs) is var input and >= 0)
            throw Bad("input", sequence.Inputs[input], input, sequence.InputSize, "a finite number");
        if (losses is [var whole] && whole.Loss.FirstInvalidTarget(sequence.Targets) is var target and >= 0)
            throw Bad("target", sequence.Targets[target], target, sequence.OutputSize, whole.Loss.ExpectedTarget);
        if (!sequence.Mask.ContainsAnyExcept(0f))
        {
            throw new InvalidOperationException(
                $"The task {task.Name} drew {task.Place(seed, index)} without a step that counts, so there is nothing to learn; its Draw must write targets by {nameof(SequenceBuffer)}.{nameof(SequenceBuffer.CountedTarget)}.");
        }

        for (var step = 0; step < sequence.Steps; step++)
        {
            foreach (var (loss, first, count) in losses)
                CheckStep(step, loss, sequence.Target(step).Slice(first, count), first);
        }

        void CheckStep(int step, ReferenceLoss loss, ReadOnlySpan<float> targets, int first)
        {
            if (losses.Length > 1 && loss.FirstInvalidTarget(targets) is var channel and >= 0)
                throw Bad("target", targets[channel], step * sequence.OutputSize + first + channel, sequence.OutputSize, loss.ExpectedTarget);
            if (sequence.Mask[step] != 0 && loss.FaultOfStep(targets) is { } fault)
                throw new InvalidOperationException($"The task {task.Name} drew targets in {task.Place(seed, index)}, step {step} that {fault}.");
        }

        InvalidOperationException Bad(string what, float value, int place, int width, string expected) => new(string.Create(
            CultureInfo.InvariantCulture,
            $"The task {task.Name} drew the {what} {value} in {task.Place(seed, index)}, step {place / width}, channel {place % width}; expected {expected}."));
    }
}
