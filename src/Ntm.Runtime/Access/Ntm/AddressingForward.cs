using System.Runtime.Intrinsics;
using static Ntm.Runtime.Engine.VectorMath;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Access;

/// <summary>Computes equations (5) to (9) for one head and sample, as <c>MemoryEquations</c> defines them.</summary>
internal static unsafe class AddressingForward
{
    /// <summary>A number below every similarity, so that padded locations are never the largest.</summary>
    private const float NoSimilarity = -2;

    /// <summary>A number below the logarithm of <see cref="Epsilons.Weight"/>.</summary>
    private const float NoLogarithm = -100;

    /// <param name="shape">The machine.</param>
    /// <param name="located">Whether interpolation, shift and sharpening follow.</param>
    /// <param name="shiftRange">The largest shift.</param>
    /// <param name="slot">The head.</param>
    /// <param name="mask">All bits set for locations, none for padding.</param>
    /// <param name="ring">Scratch, see <see cref="Ring"/>.</param>
    public static void Compute(NtmShape shape, bool located, int shiftRange, in HeadSlot slot, float* mask, float* ring)
    {
        var locations = shape.LocationsPadded;
        var parameters = slot.Key + shape.Width;
        var inverse = Content(shape, slot, parameters[0], mask);
        if (!located)
        {
            for (var i = 0; i < locations; i += 8)
                (Vector256.Load(slot.Content + i) * inverse).Store(slot.Weighting + i);
            return;
        }

        var gated = ring + Ring.Margin(shiftRange);
        var gate = Vector256.Create(parameters[1]);
        for (var i = 0; i < locations; i += 8)
        {
            var content = Vector256.Load(slot.Content + i) * inverse;
            content.Store(slot.Content + i);
            var previous = Vector256.Load(slot.Previous + i);
            MultiplyAdd(gate, content - previous, previous).Store(gated + i);
        }

        Ring.Close(gated, shape.Locations, locations, shiftRange);
        var largest = Shift(shape, shiftRange, slot, gated, parameters + 2, mask);
        Sharpen(shape, slot, parameters[2 * shiftRange + 3], largest, mask);
    }

    /// <summary>Leaves the similarities and the unscaled content weighting; returns the scale.</summary>
    private static Vec Content(NtmShape shape, in HeadSlot slot, float strength, float* mask)
    {
        var locations = shape.LocationsPadded;
        MemoryPasses.Dot(slot.Memory, slot.Key, slot.Similarity, shape.Blocks, shape.Width, accumulate: false);
        var keyScale = Vector256.Create(slot.KeyScale);
        var none = Vector256.Create(NoSimilarity);
        var largest = none;
        for (var i = 0; i < locations; i += 8)
        {
            var similarity = Vector256.Load(slot.Similarity + i) * (Vector256.Load(slot.RowScales + i) * keyScale);
            similarity = Vector256.ConditionalSelect(Vector256.Load(mask + i), similarity, none);
            similarity.Store(slot.Similarity + i);
            largest = Vector256.MaxNative(largest, similarity);
        }

        return Exponentials(slot.Similarity, largest, strength, slot.Content, mask, locations);
    }

    /// <summary>Leaves the shifted weighting and its logarithm; returns the largest logarithm.</summary>
    private static Vec Shift(NtmShape shape, int range, in HeadSlot slot, float* gated, float* shift, float* mask)
    {
        var locations = shape.LocationsPadded;
        var none = Vector256.Create(NoLogarithm);
        var largest = none;
        var epsilon = Vector256.Create((float)Epsilons.Weight);
        if (range == 1)
        {
            var (s0, s1, s2) = (Vector256.Create(shift[0]), Vector256.Create(shift[1]), Vector256.Create(shift[2]));
            for (var i = 0; i < locations; i += 8)
            {
                var shifted = MultiplyAdd(s0, Vector256.Load(gated + i + 1), MultiplyAdd(s1, Vector256.Load(gated + i), s2 * Vector256.Load(gated + i - 1)));
                shifted += epsilon;
                shifted.Store(slot.Shifted + i);
                var logarithm = Vector256.ConditionalSelect(Vector256.Load(mask + i), Log(shifted), none);
                logarithm.Store(slot.Logarithm + i);
                largest = Vector256.MaxNative(largest, logarithm);
            }
        }
        else
        {
            for (var i = 0; i < locations; i += 8)
            {
                Vec shifted = default;
                for (var s = -range; s <= range; s++)
                    shifted = MultiplyAdd(Vector256.Create(shift[s + range]), Vector256.Load(gated + i - s), shifted);
                shifted += epsilon;
                shifted.Store(slot.Shifted + i);
                var logarithm = Vector256.ConditionalSelect(Vector256.Load(mask + i), Log(shifted), none);
                logarithm.Store(slot.Logarithm + i);
                largest = Vector256.MaxNative(largest, logarithm);
            }
        }

        return largest;
    }

    private static void Sharpen(NtmShape shape, in HeadSlot slot, float gamma, Vec largest, float* mask)
    {
        var inverse = Exponentials(slot.Logarithm, largest, gamma, slot.Weighting, mask, shape.LocationsPadded);
        for (var i = 0; i < shape.LocationsPadded; i += 8)
            (Vector256.Load(slot.Weighting + i) * inverse).Store(slot.Weighting + i);
    }

    /// <summary>Computes <c>result(i) = e^(factor (x(i) - max x))</c>, zero where masked; returns one over their sum. The factor is not negative.</summary>
    private static Vec Exponentials(float* x, Vec largest, float factor, float* result, float* mask, int count)
    {
        var max = Vector256.Create(Largest(largest));
        var scale = Vector256.Create(factor);
        Vec sum = default;
        // A small body: two vectors at once would not fit the registers.
        for (var i = 0; i < count; i += 8)
        {
            var e = Exp((Vector256.Load(x + i) - max) * scale) & Vector256.Load(mask + i);
            e.Store(result + i);
            sum += e;
        }

        return Vector256.Create(1 / Vector256.Sum(sum));
    }

    private static float Largest(Vec x)
    {
        var half = Vector128.MaxNative(x.GetLower(), x.GetUpper());
        var quarter = Vector128.MaxNative(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(quarter.ToScalar(), quarter.GetElement(1));
    }
}
