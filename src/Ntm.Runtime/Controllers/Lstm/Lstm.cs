using System.Runtime.Intrinsics;
using Ntm.Core;
using static Ntm.Runtime.Engine.VectorMath;

namespace Ntm.Runtime.Controllers;

/// <summary>LSTM layers without peepholes. Gates in torch's order: input, forget, cell, output.</summary>
internal readonly struct Lstm : IController
{
    public static ControllerLayout Layout { get; } = new()
    {
        Kind = ControllerKind.Lstm,
        Sums = [new(0, 0), new(1, 1), new(2, 2), new(3, 3)],
        InputWeight = "weight_ih",
        InputBias = "bias",
        StateWeight = "weight_hh",
        InitialOutput = "initial_h",
        InitialCell = "initial_c",
    };

    public static bool PassesOutput => false;

    public static unsafe void Forward(in LayerSlot slot)
    {
        Gates(slot.Sums, slot.Units);
        Cells(slot.Sums, slot.Cell, slot.NextCell, slot.Units);
        Outputs(slot.Sums, slot.NextCell, slot.Kept, slot.Output, slot.Units);
    }

    public static unsafe void Backward(in LayerGradient gradient) => Backward(
        gradient.Sums, gradient.Cell, gradient.Kept, gradient.DOutput, gradient.DLater, gradient.DCell, gradient.Mask, gradient.Units);

    // One function per loop: several loops in one body would not fit the registers.
    private static unsafe void Gates(float* gates, int units)
    {
        for (var u = 0; u < 2 * units; u += 8)
            Sigmoid(Vector256.Load(gates + u)).Store(gates + u);
        for (var u = 2 * units; u < 3 * units; u += 8)
            Tanh(Vector256.Load(gates + u)).Store(gates + u);
        for (var u = 3 * units; u < 4 * units; u += 8)
            Sigmoid(Vector256.Load(gates + u)).Store(gates + u);
    }

    private static unsafe void Cells(float* gates, float* cell, float* nextCell, int units)
    {
        for (var u = 0; u < units; u += 8)
        {
            var kept = Vector256.Load(gates + units + u) * Vector256.Load(cell + u);
            MultiplyAdd(Vector256.Load(gates + u), Vector256.Load(gates + 2 * units + u), kept).Store(nextCell + u);
        }
    }

    private static unsafe void Outputs(float* gates, float* nextCell, float* cellTanh, float* output, int units)
    {
        for (var u = 0; u < units; u += 8)
        {
            var t = Tanh(Vector256.Load(nextCell + u));
            t.Store(cellTanh + u);
            (Vector256.Load(gates + 3 * units + u) * t).Store(output + u);
        }
    }

    private static unsafe void Backward(
        float* gates, float* cell, float* cellTanh, float* dOutput, float* dLater, float* dCell, float* mask, int units)
    {
        var one = Vector256<float>.One;
        var bound = Vector256.Create(Engine.GradientBound.Value);
        for (var u = 0; u < units; u += 8)
        {
            var i = Vector256.Load(gates + u);
            var f = Vector256.Load(gates + units + u);
            var g = Vector256.Load(gates + 2 * units + u);
            var o = Vector256.Load(gates + 3 * units + u);
            var t = Vector256.Load(cellTanh + u);
            var dh = Clamp(Vector256.Load(dOutput + u) + Vector256.Load(dLater + u), bound) & Vector256.Load(mask + u);
            var dc = Clamp(MultiplyAdd(dh * o, MultiplySubtract(t, t, one), Vector256.Load(dCell + u)), bound);
            (dc * g * i * (one - i)).Store(gates + u);
            (dc * Vector256.Load(cell + u) * f * (one - f)).Store(gates + units + u);
            (dc * i * MultiplySubtract(g, g, one)).Store(gates + 2 * units + u);
            (dh * t * o * (one - o)).Store(gates + 3 * units + u);
            (dc * f).Store(dCell + u);
        }
    }
}
