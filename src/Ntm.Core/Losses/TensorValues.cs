using System.Globalization;
using System.Runtime.InteropServices;
using Ntm.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Losses;

/// <summary>Checks the weights and targets in tensors on the CPU. On another device, reading the values would wait for the device, so nothing is checked
/// there.</summary>
internal static class TensorValues
{
    /// <summary>The number of values that are checked together: a span counts its bytes in 32 bits.</summary>
    private const long Part = 1 << 28;

    /// <param name="loss">The loss.</param>
    /// <param name="targets"><c>[T, B, O]</c></param>
    /// <param name="mask"><c>[T, B]</c></param>
    /// <exception cref="ArgumentException">A weight is not finite, or a target of a step of nonzero weight is not valid.</exception>
    public static void Check(ReferenceLoss loss, Tensor targets, Tensor mask)
    {
        if (targets.device_type != DeviceType.CPU || mask.device_type != DeviceType.CPU || targets.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var (batch, outputs) = (targets.size(1), targets.size(2));
        var (allTargets, allWeights) = (Flat(targets), Flat(mask));
        var most = Math.Max(1, Part / outputs);
        for (long start = 0; start < allWeights.numel(); start += most)
        {
            var rows = Math.Min(most, allWeights.numel() - start);
            Check(loss, Values(allTargets, start * outputs, rows * outputs), Values(allWeights, start, rows), (int)outputs, start, batch);
        }
    }

    private static void Check(ReferenceLoss loss, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, int outputs, long start, long batch)
    {
        if (ValueCheck.FirstNotFinite(weights) is var weight and >= 0)
            throw new ArgumentException(Text($"mask is {weights[weight]} at {Place(weight)}; expected a finite number."), "mask");
        for (var row = 0; row < weights.Length; row++)
        {
            if (weights[row] == 0)
                continue;
            var step = targets.Slice(row * outputs, outputs);
            if (loss.FirstInvalidTarget(step) is var channel and >= 0)
                throw new ArgumentException(Text($"targets is {step[channel]} at {Place(row, channel)}; expected {loss.ExpectedTarget}."), nameof(targets));
            if (loss.FaultOfStep(step) is { } fault)
                throw new ArgumentException($"targets at {Place(row)} {fault}.", nameof(targets));
        }

        string Place(int row, int? channel = null) => $"[{(start + row) / batch}, {(start + row) % batch}{(channel is null ? "" : $", {channel}")}]";
    }

    private static Tensor Flat(Tensor tensor) => tensor.detach().to(ScalarType.Float32).reshape(-1).contiguous();

    private static ReadOnlySpan<float> Values(Tensor flat, long start, long count) => MemoryMarshal.Cast<byte, float>(flat.narrow(0, start, count).bytes);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
