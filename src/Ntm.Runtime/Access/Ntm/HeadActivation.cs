using System.Runtime.Intrinsics;
using static Ntm.Runtime.Engine.VectorMath;

namespace Ntm.Runtime.Access;

/// <summary>Converts the head layers' clipped outputs to keys, strengths, gates, shifts, sharpening, erase and add vectors, and the gradients back.</summary>
internal static unsafe class HeadActivation
{
    /// <param name="shape">The machine.</param>
    /// <param name="raw">The unclipped outputs of one sample, <c>[HeadOutputs]</c>.</param>
    /// <param name="activated">Receives the results, <c>[ActivatedStride]</c>.</param>
    public static void Forward(NtmShape shape, float* raw, float* activated)
    {
        // In ascending order: each vector loop may write past its end, where the next one writes afterwards.
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

    /// <summary>Computes the gradients of the unclipped outputs, in their place, from the gradients of the results of <see cref="Forward"/>.</summary>
    public static void Backward(NtmShape shape, float* raw, float* activated, float* dActivated)
    {
        for (var h = 0; h < shape.Read.Count; h++)
            AddressingGradient(shape, shape.Read, h, raw, activated, dActivated);
        for (var h = 0; h < shape.Write.Count; h++)
        {
            var first = AddressingGradient(shape, shape.Write, h, raw, activated, dActivated);
            SigmoidGradient(shape, raw + first, activated + first, dActivated + first);
            first += shape.Width;
            TanhGradient(shape, raw + first, activated + first, dActivated + first);
        }
    }

    /// <summary>Does the same as torch's clamp: the gradient passes within the bounds and on them.</summary>
    public static bool Inside(NtmShape shape, float value) => Math.Abs(value) <= shape.Clip;

    private static int Addressing(NtmShape shape, in HeadShape bank, int head, float* raw, float* activated)
    {
        var at = bank.FirstOutput + head * bank.OutputsPerHead;
        var index = bank.FirstHead + head;
        var bound = Vector256.Create(shape.Clip);
        for (var m = 0; m < shape.Width; m += 8)
            Tanh(Clamp(Vector256.Load(raw + at + m), bound)).Store(activated + at + m);
        activated[shape.KeyScaleColumn + index] = 1 / MathF.Sqrt(SquaredNorm(activated + at, shape.Width) + (float)Epsilons.Norm);
        at += shape.Width;
        var numbers = bank.Located ? 2 * bank.ShiftRange + 4 : 1;
        Numbers(shape, bank, index, raw + at, activated + at, activated, numbers);
        return at + numbers;
    }

    /// <summary>Strength, gate, shift weighting, sharpening: computes all functions of all of them, eight at a time, and takes the right one for
    /// each.</summary>
    private static void Numbers(NtmShape shape, in HeadShape bank, int index, float* raw, float* numbers, float* activated, int count)
    {
        var room = Round.Up(count, 8);
        var clipped = stackalloc float[4 * room];
        float* softplus = clipped + room, sigmoid = softplus + room, powers = sigmoid + room;
        var bound = Vector256.Create(shape.Clip);
        for (var i = 0; i < count; i += 8)
        {
            var x = Clamp(Vector256.Load(raw + i), bound);
            x.Store(clipped + i);
            Softplus(x).Store(softplus + i);
            VectorMath.Sigmoid(x).Store(sigmoid + i);
        }

        numbers[0] = softplus[0];
        activated[shape.StrengthSlopeColumn + index] = sigmoid[0];
        if (!bank.Located)
            return;
        numbers[1] = sigmoid[1];
        numbers[count - 1] = 1 + softplus[count - 1];
        activated[shape.SharpeningSlopeColumn + index] = sigmoid[count - 1];

        var largest = clipped[2];
        for (var s = 3; s < count - 1; s++)
            largest = Math.Max(largest, clipped[s]);
        for (var i = 0; i < count; i += 8)
            Exp(Vector256.Load(clipped + i) - Vector256.Create(largest)).Store(powers + i);
        var sum = 0f;
        for (var s = 2; s < count - 1; s++)
            sum += powers[s];
        for (var s = 2; s < count - 1; s++)
            numbers[s] = powers[s] / sum;
    }

    private static float SquaredNorm(float* values, int count)
    {
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i + 8 <= count; i += 8)
            sum = MultiplyAdd(Vector256.Load(values + i), Vector256.Load(values + i), sum);
        var square = Vector256.Sum(sum);
        for (; i < count; i++)
            square += values[i] * values[i];
        return square;
    }

    private static int AddressingGradient(
        NtmShape shape, in HeadShape bank, int head, float* raw, float* activated, float* dActivated)
    {
        var at = bank.FirstOutput + head * bank.OutputsPerHead;
        var index = bank.FirstHead + head;
        TanhGradient(shape, raw + at, activated + at, dActivated + at);
        at += shape.Width;
        raw[at] = Inside(shape, raw[at]) ? dActivated[at] * activated[shape.StrengthSlopeColumn + index] : 0;
        at++;
        if (!bank.Located)
            return at;
        raw[at] = Inside(shape, raw[at]) ? dActivated[at] * activated[at] * (1 - activated[at]) : 0;
        at++;
        var end = at + 2 * bank.ShiftRange + 1;
        var mean = 0f;
        for (var s = at; s < end; s++)
            mean += dActivated[s] * activated[s];
        for (; at < end; at++)
            raw[at] = Inside(shape, raw[at]) ? activated[at] * (dActivated[at] - mean) : 0;
        raw[at] = Inside(shape, raw[at]) ? dActivated[at] * activated[shape.SharpeningSlopeColumn + index] : 0;
        return at + 1;
    }

    private static void TanhGradient(NtmShape shape, float* raw, float* activated, float* dActivated)
    {
        var bound = Vector256.Create(shape.Clip);
        var m = 0;
        for (; m + 8 <= shape.Width; m += 8)
        {
            var y = Vector256.Load(activated + m);
            var d = Vector256.Load(dActivated + m) * MultiplySubtract(y, y, Vector256<float>.One);
            Vector256.AndNot(d, Vector256.GreaterThan(Vector256.Abs(Vector256.Load(raw + m)), bound)).Store(raw + m);
        }

        for (; m < shape.Width; m++)
            raw[m] = Inside(shape, raw[m]) ? dActivated[m] * (1 - activated[m] * activated[m]) : 0;
    }

    private static void SigmoidGradient(NtmShape shape, float* raw, float* activated, float* dActivated)
    {
        var bound = Vector256.Create(shape.Clip);
        var m = 0;
        for (; m + 8 <= shape.Width; m += 8)
        {
            var y = Vector256.Load(activated + m);
            var d = Vector256.Load(dActivated + m) * (y * (Vector256<float>.One - y));
            Vector256.AndNot(d, Vector256.GreaterThan(Vector256.Abs(Vector256.Load(raw + m)), bound)).Store(raw + m);
        }

        for (; m < shape.Width; m++)
            raw[m] = Inside(shape, raw[m]) ? dActivated[m] * activated[m] * (1 - activated[m]) : 0;
    }
}
