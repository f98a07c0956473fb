using System.Runtime.Intrinsics;
using static Ntm.Runtime.Engine.VectorMath;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Access;

/// <summary>Computes the gradients of <see cref="AddressingForward"/>.</summary>
internal static unsafe class AddressingBackward
{
    /// <param name="shape">The machine.</param>
    /// <param name="located">Whether interpolation, shift and sharpening were applied.</param>
    /// <param name="shiftRange">The largest shift.</param>
    /// <param name="slot">The head.</param>
    /// <param name="dWeighting">In: the gradient of the weighting. Out: the gradient of the previous weighting.</param>
    /// <param name="dParameters">Out: the gradients of the activated key, strength, gate, shift weighting, sharpening.</param>
    /// <param name="rowFactors">Out, <c>[N]</c>: the factors of the key in the gradient of the memory's rows.</param>
    /// <param name="ownFactors">Added to, <c>[N]</c>: the factors of the rows themselves in that gradient.</param>
    /// <param name="ring">Scratch, see <see cref="Ring"/>.</param>
    /// <param name="otherRing">Scratch.</param>
    public static void Compute(
        NtmShape shape, bool located, int shiftRange, in HeadSlot slot, float* dWeighting, float* dParameters,
        float* rowFactors, float* ownFactors, float* ring, float* otherRing)
    {
        var locations = shape.LocationsPadded;
        var content = slot.Content;
        var bound = Vector256.Create(GradientBound.Value);
        for (var i = 0; i < locations; i += 8)
            Clamp(Vector256.Load(dWeighting + i), bound).Store(dWeighting + i);
        if (located)
        {
            var dShifted = ring + Ring.Margin(shiftRange);
            dParameters[shape.Width + 2 * shiftRange + 3] = Sharpening(shape, slot, slot.Key[shape.Width + 2 * shiftRange + 3], dWeighting, dShifted);
            Ring.Close(dShifted, shape.Locations, locations, shiftRange);
            var gated = otherRing + Ring.Margin(shiftRange);
            Gated(shape, slot, shiftRange, gated);
            ShiftWeights(shape, shiftRange, dShifted, gated, dParameters + shape.Width + 2);
            dParameters[shape.Width + 1] = Gate(shape, slot, shiftRange, dShifted, dWeighting, rowFactors);
        }
        else
        {
            content = slot.Weighting;
            for (var i = 0; i < locations; i += 8)
            {
                Vector256.Load(dWeighting + i).Store(rowFactors + i);
                Vector256<float>.Zero.Store(dWeighting + i);
            }
        }

        Content(shape, slot, content, dParameters, rowFactors, ownFactors);
    }

    /// <summary>Goes back through equation (9); returns the gradient of gamma.</summary>
    private static float Sharpening(NtmShape shape, in HeadSlot slot, float gamma, float* dWeighting, float* dShifted)
    {
        var locations = shape.LocationsPadded;
        var center = Vector256.Create(*dWeighting);
        var mean = Mean(dWeighting, slot.Weighting, center, locations);
        var factor = Vector256.Create(gamma);
        // The gradients add up to zero, so the common part of all logarithms would add only rounding errors.
        var common = Vector256.Create(*slot.Logarithm);
        Vec sum = default;
        for (var i = 0; i < locations; i += 8)
        {
            var d = Vector256.Load(slot.Weighting + i) * (Vector256.Load(dWeighting + i) - center - mean);
            sum = MultiplyAdd(d, Vector256.Load(slot.Logarithm + i) - common, sum);
            (factor * d / Vector256.Load(slot.Shifted + i)).Store(dShifted + i);
        }

        return Vector256.Sum(sum);
    }

    private static void Gated(NtmShape shape, in HeadSlot slot, int shiftRange, float* gated)
    {
        var gate = Vector256.Create(slot.Key[shape.Width + 1]);
        for (var i = 0; i < shape.LocationsPadded; i += 8)
        {
            var previous = Vector256.Load(slot.Previous + i);
            MultiplyAdd(gate, Vector256.Load(slot.Content + i) - previous, previous).Store(gated + i);
        }

        Ring.Close(gated, shape.Locations, shape.LocationsPadded, shiftRange);
    }

    /// <summary>Computes <c>ds(j) = sum_i dw_s(i) w_g(i - j)</c>. The gradient of padded locations is zero, so their neighbors do not matter.</summary>
    private static void ShiftWeights(NtmShape shape, int range, float* dShifted, float* gated, float* dShift)
    {
        for (var s = -range; s <= range; s++)
        {
            Vec sum = default;
            var full = shape.Locations & ~7;
            for (var i = 0; i < full; i += 8)
                sum = MultiplyAdd(Vector256.Load(dShifted + i), Vector256.Load(gated + i - s), sum);
            var total = Vector256.Sum(sum);
            // After the last location there is the margin, not zeros.
            for (var i = full; i < shape.Locations; i++)
                total += dShifted[i] * gated[i - s];
            dShift[s + range] = total;
        }
    }

    /// <summary>Goes back through equations (8) and (7); leaves the gradient of the content weighting and returns the gate's.</summary>
    private static float Gate(NtmShape shape, in HeadSlot slot, int range, float* dShifted, float* dPrevious, float* dContent)
    {
        var shift = slot.Key + shape.Width + 2;
        var gate = Vector256.Create(slot.Key[shape.Width + 1]);
        var locations = shape.LocationsPadded;
        var (first, middle, last) = (Vector256.Create(shift[0]), Vector256.Create(shift[range]), Vector256.Create(shift[2 * range]));
        Vec sum = default;
        for (var i = 0; i < locations; i += 8)
        {
            var d = middle * Vector256.Load(dShifted + i);
            if (range > 0)
                d = MultiplyAdd(last, Vector256.Load(dShifted + i + range), MultiplyAdd(first, Vector256.Load(dShifted + i - range), d));
            for (var s = 1; s < range; s++)
            {
                d = MultiplyAdd(Vector256.Create(shift[range + s]), Vector256.Load(dShifted + i + s), d);
                d = MultiplyAdd(Vector256.Create(shift[range - s]), Vector256.Load(dShifted + i - s), d);
            }

            var content = Vector256.Load(slot.Content + i);
            sum = MultiplyAdd(d, content - Vector256.Load(slot.Previous + i), sum);
            var through = gate * d;
            through.Store(dContent + i);
            (d - through).Store(dPrevious + i);
        }

        for (var i = shape.Locations; i < locations; i++)
            dPrevious[i] = 0;
        return Vector256.Sum(sum);
    }

    /// <summary>Goes back through equations (5) and (6).</summary>
    private static void Content(
        NtmShape shape, in HeadSlot slot, float* content, float* dParameters, float* rowFactors, float* ownFactors)
    {
        var locations = shape.LocationsPadded;
        var center = Vector256.Create(*rowFactors);
        var mean = Mean(rowFactors, content, center, locations);
        var strength = Vector256.Create(slot.Key[shape.Width]);
        var keyScale = Vector256.Create(slot.KeyScale);
        // Like in sharpening, the gradients add up to zero.
        var common = Vector256.Create(*slot.Similarity);
        Vec dStrength = default, similarities = default;
        for (var i = 0; i < locations; i += 8)
        {
            var similarity = Vector256.Load(slot.Similarity + i);
            var scale = Vector256.Load(slot.RowScales + i);
            var d = Vector256.Load(content + i) * (Vector256.Load(rowFactors + i) - center - mean);
            dStrength = MultiplyAdd(d, similarity - common, dStrength);
            d *= strength;
            (d * scale * keyScale).Store(rowFactors + i);
            var own = d * similarity;
            similarities += own;
            MultiplySubtract(own * scale, scale, Vector256.Load(ownFactors + i)).Store(ownFactors + i);
        }

        dParameters[shape.Width] = Vector256.Sum(dStrength);
        MemoryPasses.Sum(slot.Memory, rowFactors, dParameters, shape.Blocks, shape.Width);
        var norm = Vector256.Sum(similarities) * slot.KeyScale * slot.KeyScale;
        for (var m = 0; m < shape.Width; m++)
            dParameters[m] -= norm * slot.Key[m];
    }

    /// <summary>
    /// Computes the mean of a gradient over a weighting, relative to a center: <c>sum_i w(i) (g(i) - center)</c>. A softmax does not depend on the common
    /// part of its gradients, but its rounding does: with a constant memory they are all equal, and the result must be zero.
    /// </summary>
    private static Vec Mean(float* gradient, float* weighting, Vec center, int count)
    {
        Vec s0 = default, s1 = default;
        for (var i = 0; i < count; i += NtmShape.Block)
        {
            s0 = MultiplyAdd(Vector256.Load(gradient + i) - center, Vector256.Load(weighting + i), s0);
            s1 = MultiplyAdd(Vector256.Load(gradient + i + 8) - center, Vector256.Load(weighting + i + 8), s1);
        }

        return Vector256.Create(Vector256.Sum(s0 + s1));
    }
}
