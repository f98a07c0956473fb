using System.Globalization;
using Ntm.Core;
using Ntm.Shared;

namespace Ntm.Runtime.Engine;

/// <summary>Refuses values that have no loss. Padding and the targets of steps of weight 0 are ignored and may have any value.</summary>
internal static class SequenceValues
{
    /// <param name="loss">The loss.</param>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="targets"><c>[T, B, O]</c></param>
    /// <param name="mask"><c>[T, B]</c></param>
    /// <param name="lengths">The number of steps of each sequence; empty if all are as long as the batch.</param>
    /// <param name="batch"><c>B</c></param>
    /// <exception cref="ArgumentException">An input or weight is not finite, or a target is not valid.</exception>
    public static void Check(
        ReferenceLoss loss, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int batch)
    {
        // All at once; row by row only if a value is suspicious.
        if (ValueCheck.FirstNotFinite(inputs) < 0 && ValueCheck.FirstNotFinite(mask) < 0 && loss.FirstInvalidTarget(targets) < 0
            && !loss.HasRuleOfSteps)
        {
            return;
        }

        var (width, outputs) = (inputs.Length / mask.Length, targets.Length / mask.Length);
        for (var row = 0; row < mask.Length; row++)
        {
            var (step, sequence) = (row / batch, row % batch);
            if (!lengths.IsEmpty && step >= lengths[sequence])
                continue;
            CheckInput(inputs.Slice(row * width, width), step, sequence);
            if (!float.IsFinite(mask[row]))
                throw Bad(nameof(mask), mask[row], $"step {step}, sequence {sequence}", "a finite number");
            if (mask[row] == 0)
                continue;
            var target = targets.Slice(row * outputs, outputs);
            if (loss.FirstInvalidTarget(target) is var channel and >= 0)
                throw Bad(nameof(targets), target[channel], $"step {step}, sequence {sequence}, channel {channel}", loss.ExpectedTarget);
            if (loss.FaultOfStep(target) is { } fault)
                throw new ArgumentException($"targets at step {step}, sequence {sequence} {fault}.", nameof(targets));
        }
    }

    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="lengths">The number of steps of each sequence; empty if all are as long as the batch.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <exception cref="ArgumentException">An input is not finite.</exception>
    public static void CheckInputs(ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch)
    {
        if (ValueCheck.FirstNotFinite(inputs) < 0)
            return;
        var width = inputs.Length / steps / batch;
        for (var row = 0; row < steps * batch; row++)
        {
            var (step, sequence) = (row / batch, row % batch);
            if (lengths.IsEmpty || step < lengths[sequence])
                CheckInput(inputs.Slice(row * width, width), step, sequence);
        }
    }

    /// <param name="input"><c>[B, I]</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <exception cref="ArgumentException">An input is not finite.</exception>
    public static void CheckStep(ReadOnlySpan<float> input, int batch)
    {
        var width = input.Length / batch;
        if (ValueCheck.FirstNotFinite(input) is var first and >= 0)
            throw Bad(nameof(input), input[first], $"sequence {first / width}, channel {first % width}", "a finite number");
    }

    private static void CheckInput(ReadOnlySpan<float> input, int step, int sequence)
    {
        if (ValueCheck.FirstNotFinite(input) is var channel and >= 0)
            throw Bad("inputs", input[channel], $"step {step}, sequence {sequence}, channel {channel}", "a finite number");
    }

    private static ArgumentException Bad(string argument, float value, string place, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{argument} is {value} at {place}; expected {expected}."), argument);
}
