using System.Runtime.Intrinsics;
using static Ntm.Core.Engines.Cpu.VectorMath;

namespace Ntm.Core.Engines.Cpu;

/// <summary>From the head layers' clipped outputs to keys, strengths, gates, shifts, sharpening, erase and add vectors; and back.</summary>
internal static unsafe class HeadActivation
{
    /// <param name="shape">The machine.</param>
    /// <param name="raw">The unclipped outputs of one sample, <c>[HeadOutputs]</c>.</param>
    /// <param name="activated">Where the results go, <c>[ActivatedStride]</c>.</param>
    public static void Forward(MachineShape shape, float* raw, float* activated)
    {
        // In ascending order: each vector loop runs over into what the next one writes.
        for (var h = 0; h < shape.Read.Count; h++)
            Addressing(shape, shape.Read, h, raw, activated);
        for (var h = 0; h < shape.Write.Count; h++)
        {
            var first = Addressing(shape, shape.Write, h, raw, activated);
            var bound = Vector256.Create(shape.Clip);
            for (var m = 0; m < shape.Width; m += 8)
                Sigmoid(Clamp(Vector256.Load(raw + first + m), bound)).Store(activated + first + m);
            first += shape.Width;
            for (var m = 0; m < shape.Width; m += 8)
                Tanh(Clamp(Vector256.Load(raw + first + m), bound)).Store(activated + first + m);
        }
    }

    /// <summary>From the gradients of what <see cref="Forward"/> gave to those of the unclipped outputs, in place of these.</summary>
    public static void Backward(MachineShape shape, float* raw, float* activated, float* dActivated)
    {
        for (var h = 0; h < shape.Read.Count; h++)
            AddressingGradient(shape, shape.Read, h, raw, activated, dActivated);
        for (var h = 0; h < shape.Write.Count; h++)
        {
            var first = AddressingGradient(shape, shape.Write, h, raw, activated, dActivated);
            for (var m = first; m < first + shape.Width; m++)
                raw[m] = Inside(shape, raw[m]) ? dActivated[m] * activated[m] * (1 - activated[m]) : 0;
            first += shape.Width;
            for (var m = first; m < first + shape.Width; m++)
                raw[m] = Inside(shape, raw[m]) ? dActivated[m] * (1 - activated[m] * activated[m]) : 0;
        }
    }

    /// <summary>As torch's clamp: the gradient passes within the bounds and on them.</summary>
    public static bool Inside(MachineShape shape, float value) => Math.Abs(value) <= shape.Clip;

    private static int Addressing(MachineShape shape, in HeadShape bank, int head, float* raw, float* activated)
    {
        var at = bank.FirstOutput + head * bank.OutputsPerHead;
        var bound = Vector256.Create(shape.Clip);
        for (var m = 0; m < shape.Width; m += 8)
            Tanh(Clamp(Vector256.Load(raw + at + m), bound)).Store(activated + at + m);
        var square = 0f;
        for (var m = 0; m < shape.Width; m++)
            square += activated[at + m] * activated[at + m];
        activated[shape.KeyScaleColumn + bank.FirstHead + head] = 1 / MathF.Sqrt(square + (float)MemoryEquations.NormEpsilon);
        at += shape.Width;
        activated[at] = Softplus(Clip(shape, raw[at]));
        at++;
        if (!bank.Located)
            return at;
        activated[at] = VectorMath.Sigmoid(Clip(shape, raw[at]));
        at++;
        var shifts = 2 * bank.ShiftRange + 1;
        ShiftWeights(shape, raw + at, activated + at, shifts);
        at += shifts;
        activated[at] = 1 + Softplus(Clip(shape, raw[at]));
        return at + 1;
    }

    private static void ShiftWeights(MachineShape shape, float* raw, float* weights, int count)
    {
        var largest = float.NegativeInfinity;
        for (var s = 0; s < count; s++)
            largest = Math.Max(largest, Clip(shape, raw[s]));
        var sum = 0f;
        for (var s = 0; s < count; s++)
            sum += weights[s] = (float)Math.Exp((double)Clip(shape, raw[s]) - largest);
        for (var s = 0; s < count; s++)
            weights[s] /= sum;
    }

    private static int AddressingGradient(
        MachineShape shape, in HeadShape bank, int head, float* raw, float* activated, float* dActivated)
    {
        var at = bank.FirstOutput + head * bank.OutputsPerHead;
        var end = at + shape.Width;
        for (; at < end; at++)
            raw[at] = Inside(shape, raw[at]) ? dActivated[at] * (1 - activated[at] * activated[at]) : 0;
        raw[at] = Inside(shape, raw[at]) ? dActivated[at] * VectorMath.Sigmoid(raw[at]) : 0;
        at++;
        if (!bank.Located)
            return at;
        raw[at] = Inside(shape, raw[at]) ? dActivated[at] * activated[at] * (1 - activated[at]) : 0;
        at++;
        end = at + 2 * bank.ShiftRange + 1;
        var mean = 0f;
        for (var s = at; s < end; s++)
            mean += dActivated[s] * activated[s];
        for (; at < end; at++)
            raw[at] = Inside(shape, raw[at]) ? activated[at] * (dActivated[at] - mean) : 0;
        raw[at] = Inside(shape, raw[at]) ? dActivated[at] * VectorMath.Sigmoid(raw[at]) : 0;
        return at + 1;
    }

    private static float Clip(MachineShape shape, float value) => Math.Clamp(value, -shape.Clip, shape.Clip);
}
