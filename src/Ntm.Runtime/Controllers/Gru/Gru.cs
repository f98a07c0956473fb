using System.Runtime.Intrinsics;
using Ntm.Core;
using static Ntm.Runtime.Engine.VectorMath;

namespace Ntm.Runtime.Controllers;

/// <summary>
/// Gated recurrent units in torch's form: <c>r = s(Wr x + br + Ur h + cr)</c>, <c>z = s(Wz x + bz + Uz h + cz)</c>,
/// <c>n = tanh(Wn x + bn + r (Un h + cn))</c>, <c>h' = (1 - z) n + z h</c>. The two halves of the new gate are separate sums.
/// </summary>
internal readonly struct Gru : IController
{
    public static ControllerLayout Layout { get; } = new()
    {
        Kind = ControllerKind.Gru,
        Sums = [new(0, 0), new(1, 1), new(2, -1), new(-1, 2)],
        InputWeight = "weight_ih",
        InputBias = "bias_ih",
        StateWeight = "weight_hh",
        StateBias = "bias_hh",
        InitialOutput = "initial_h",
    };

    public static bool PassesOutput => true;

    public static unsafe void Forward(in LayerSlot slot)
    {
        Gates(slot.Sums, slot.Units);
        Outputs(slot.Sums, slot.Before, slot.Output, slot.Mask, slot.Units);
    }

    public static unsafe void Backward(in LayerGradient gradient) =>
        Backward(gradient.Sums, gradient.Before, gradient.DOutput, gradient.DLater, gradient.DCell, gradient.Mask, gradient.Units);

    private static unsafe void Gates(float* sums, int units)
    {
        for (var u = 0; u < 2 * units; u += 8)
            Sigmoid(Vector256.Load(sums + u)).Store(sums + u);
        for (var u = 0; u < units; u += 8)
        {
            var state = Vector256.Load(sums + 3 * units + u);
            Tanh(MultiplyAdd(Vector256.Load(sums + u), state, Vector256.Load(sums + 2 * units + u))).Store(sums + 2 * units + u);
        }
    }

    /// <remarks>Vector loads of the previous output extend past its columns in the row; the mask drops the excess.</remarks>
    private static unsafe void Outputs(float* sums, float* before, float* output, float* mask, int units)
    {
        for (var u = 0; u < units; u += 8)
        {
            var n = Vector256.Load(sums + 2 * units + u);
            var h = Vector256.Load(before + u) & Vector256.Load(mask + u);
            MultiplyAdd(Vector256.Load(sums + units + u), h - n, n).Store(output + u);
        }
    }

    private static unsafe void Backward(
        float* sums, float* before, float* dOutput, float* dLater, float* dBefore, float* mask, int units)
    {
        var one = Vector256<float>.One;
        var bound = Vector256.Create(Engine.GradientBound.Value);
        for (var u = 0; u < units; u += 8)
        {
            var unit = Vector256.Load(mask + u);
            var r = Vector256.Load(sums + u);
            var z = Vector256.Load(sums + units + u);
            var n = Vector256.Load(sums + 2 * units + u);
            var dh = Clamp(Vector256.Load(dOutput + u) + Vector256.Load(dLater + u), bound) & unit;
            var dn = dh * (one - z) * MultiplySubtract(n, n, one);
            (dn * Vector256.Load(sums + 3 * units + u) * r * (one - r)).Store(sums + u);
            (dh * ((Vector256.Load(before + u) & unit) - n) * z * (one - z)).Store(sums + units + u);
            dn.Store(sums + 2 * units + u);
            (dn * r).Store(sums + 3 * units + u);
            (dh * z).Store(dBefore + u);
        }
    }
}
