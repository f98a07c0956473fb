using System.Runtime.Intrinsics;
using Ntm.Core.Internal;
using static Ntm.Core.Engines.Cpu.VectorMath;

namespace Ntm.Core.Engines.Cpu;

/// <summary>
/// What a controller layer does between its matrix products, for one sample. Gates lie in torch's order (input, forget, cell,
/// output), each padded to a multiple of 8 units.
/// </summary>
internal static unsafe class ControllerPasses
{
    /// <summary>One LSTM layer: sums in, activated gates, cell state and output out.</summary>
    public static void LstmForward(float* gates, float* cell, float* nextCell, float* cellTanh, float* output, int units)
    {
        // One function per loop: several in one body would not fit the registers.
        for (var u = 0; u < 2 * units; u += 8)
            Sigmoid(Vector256.Load(gates + u)).Store(gates + u);
        for (var u = 2 * units; u < 3 * units; u += 8)
            Tanh(Vector256.Load(gates + u)).Store(gates + u);
        for (var u = 3 * units; u < 4 * units; u += 8)
            Sigmoid(Vector256.Load(gates + u)).Store(gates + u);
        for (var u = 0; u < units; u += 8)
        {
            var kept = Vector256.Load(gates + units + u) * Vector256.Load(cell + u);
            MultiplyAdd(Vector256.Load(gates + u), Vector256.Load(gates + 2 * units + u), kept).Store(nextCell + u);
        }

        for (var u = 0; u < units; u += 8)
        {
            var t = Tanh(Vector256.Load(nextCell + u));
            t.Store(cellTanh + u);
            (Vector256.Load(gates + 3 * units + u) * t).Store(output + u);
        }
    }

    /// <summary>The gradients of one LSTM layer: those of the sums take the place of the gates.</summary>
    /// <param name="gates">In: the activated gates. Out: the gradients before activation.</param>
    /// <param name="cell">The cell state before the step.</param>
    /// <param name="cellTanh">The tanh of the cell state after it.</param>
    /// <param name="dOutput">The gradient of the output from above.</param>
    /// <param name="dLater">The gradient of the output from the next step.</param>
    /// <param name="dCell">In: the gradient of the cell state after the step. Out: before it.</param>
    /// <param name="mask">All bits set for units, none for padding.</param>
    /// <param name="units">Units, padded.</param>
    public static void LstmBackward(
        float* gates, float* cell, float* cellTanh, float* dOutput, float* dLater, float* dCell, float* mask, int units)
    {
        var one = Vector256<float>.One;
        var bound = Vector256.Create(GradientBound.Value);
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

    /// <summary>One feedforward layer: sums in, outputs in their place and at <paramref name="output"/>.</summary>
    public static void FeedforwardForward(float* sums, float* output, int units)
    {
        for (var u = 0; u < units; u += 8)
        {
            var y = Tanh(Vector256.Load(sums + u));
            y.Store(sums + u);
            y.Store(output + u);
        }
    }

    /// <summary>The gradients of one feedforward layer take the place of its outputs.</summary>
    public static void FeedforwardBackward(float* outputs, float* dOutput, float* mask, int units)
    {
        var bound = Vector256.Create(GradientBound.Value);
        for (var u = 0; u < units; u += 8)
        {
            var y = Vector256.Load(outputs + u);
            ((Clamp(Vector256.Load(dOutput + u), bound) & Vector256.Load(mask + u)) * MultiplySubtract(y, y, Vector256<float>.One)).Store(outputs + u);
        }
    }
}
