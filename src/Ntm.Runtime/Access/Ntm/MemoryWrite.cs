using System.Runtime.Intrinsics;
using static Ntm.Runtime.Engine.VectorMath;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Access;

/// <summary>
/// Equations (3) and (4) for one sample, <c>M' = M prod_k (1 - w_k e_k) + sum_k w_k a_k</c>, and their gradients. The layout is that of
/// <see cref="MemoryPasses"/>. The heads' erase and add vectors are <c>headStride</c> apart, their weightings <c>LocationsPadded</c>.
/// </summary>
internal static unsafe class MemoryWrite
{
    /// <summary>The number of floats of scratch that the backward pass needs for each head.</summary>
    public const int ScratchPerHead = 32;

    private const int Block = NtmShape.Block;

    /// <summary>Writes, and computes the inverse norms of the new rows in the same pass.</summary>
    public static void Forward(
        float* memory, float* weightings, int heads, float* erases, float* adds, nint headStride, float* next, float* nextScales, int blocks, int width)
    {
        if (heads == 1)
            ForwardOne(memory, weightings, erases, adds, next, nextScales, blocks, width);
        else
            ForwardMany(memory, weightings, heads, erases, adds, headStride, next, nextScales, blocks, width);
    }

    private static void ForwardOne(
        float* memory, float* weighting, float* erase, float* add, float* next, float* nextScales, int blocks, int width)
    {
        var epsilon = Vector256.Create((float)Epsilons.Norm);
        for (var b = blocks; b > 0; b--, memory += width * Block, next += width * Block, weighting += Block, nextScales += Block)
        {
            var w0 = Vector256.Load(weighting);
            var w1 = Vector256.Load(weighting + 8);
            Vec s0 = epsilon, s1 = epsilon;
            for (nint m = 0; m < width; m++)
            {
                var e = Vector256.Create(erase[m]);
                var a = Vector256.Create(add[m]);
                var x0 = Vector256.Load(memory + m * Block);
                var x1 = Vector256.Load(memory + m * Block + 8);
                x0 = MultiplyAdd(w0, MultiplySubtract(x0, e, a), x0);
                x1 = MultiplyAdd(w1, MultiplySubtract(x1, e, a), x1);
                x0.Store(next + m * Block);
                x1.Store(next + m * Block + 8);
                s0 = MultiplyAdd(x0, x0, s0);
                s1 = MultiplyAdd(x1, x1, s1);
            }

            InverseSqrt(s0).Store(nextScales);
            InverseSqrt(s1).Store(nextScales + 8);
        }
    }

    /// <summary>Both halves of a block at once: their products are chains of multiplications that hide each other's latency.</summary>
    private static void ForwardMany(
        float* memory, float* weightings, int heads, float* erases, float* adds, nint headStride, float* next, float* nextScales, int blocks, int width)
    {
        var epsilon = Vector256.Create((float)Epsilons.Norm);
        var one = Vector256<float>.One;
        nint locations = blocks * Block;
        for (var b = blocks; b > 0; b--, memory += width * Block, next += width * Block, weightings += Block, nextScales += Block)
        {
            Vec s0 = epsilon, s1 = epsilon;
            for (nint m = 0; m < width; m++)
            {
                var kept0 = Vector256.Load(memory + m * Block);
                var kept1 = Vector256.Load(memory + m * Block + 8);
                Vec added0 = default, added1 = default;
                float* w = weightings, erase = erases + m, add = adds + m;
                for (var k = heads; k > 0; k--, w += locations, erase += headStride, add += headStride)
                {
                    var w0 = Vector256.Load(w);
                    var w1 = Vector256.Load(w + 8);
                    var e = Vector256.Create(*erase);
                    kept0 *= MultiplySubtract(w0, e, one);
                    kept1 *= MultiplySubtract(w1, e, one);
                    var a = Vector256.Create(*add);
                    added0 = MultiplyAdd(w0, a, added0);
                    added1 = MultiplyAdd(w1, a, added1);
                }

                kept0 += added0;
                kept1 += added1;
                kept0.Store(next + m * Block);
                kept1.Store(next + m * Block + 8);
                s0 = MultiplyAdd(kept0, kept0, s0);
                s1 = MultiplyAdd(kept1, kept1, s1);
            }

            InverseSqrt(s0).Store(nextScales);
            InverseSqrt(s1).Store(nextScales + 8);
        }
    }

    /// <summary>
    /// Computes the gradients <c>dw_k(i) += sum_m G (a_k - M e_k P_k)</c>, <c>de_k = -sum_i G M w_k P_k</c>, <c>da_k = sum_i G w_k</c>,
    /// <c>dM = G P</c>, where <c>P</c> is the product of <c>1 - w e</c> over the heads and <c>P_k</c> the same product without head <c>k</c>.
    /// </summary>
    /// <param name="gradient">In: <c>G = dM'</c>. Out: <c>dM</c>.</param>
    /// <param name="memory"><c>M</c></param>
    /// <param name="weightings"><c>w</c></param>
    /// <param name="heads">The number of write heads.</param>
    /// <param name="erases"><c>e</c></param>
    /// <param name="adds"><c>a</c></param>
    /// <param name="headStride">The distance between the heads' erase vectors, add vectors and their gradients.</param>
    /// <param name="dWeightings"><c>dw</c>, added to.</param>
    /// <param name="dErases"><c>de</c></param>
    /// <param name="dAdds"><c>da</c></param>
    /// <param name="scratch">Scratch of <see cref="ScratchPerHead"/> floats for each head.</param>
    /// <param name="blocks">The number of blocks of the memory.</param>
    /// <param name="width">The width of the memory, <c>M</c>.</param>
    public static void Backward(
        float* gradient, float* memory, float* weightings, int heads, float* erases, float* adds, nint headStride,
        float* dWeightings, float* dErases, float* dAdds, float* scratch, int blocks, int width)
    {
        if (heads == 1)
        {
            var m = 0;
            for (; m + 2 <= width; m += 2)
                BackwardPair(gradient + m * Block, memory + m * Block, weightings, erases + m, adds + m, dWeightings, dErases + m, dAdds + m, blocks, width);
            if (m < width)
                BackwardColumn(gradient + m * Block, memory + m * Block, weightings, 1, erases + m, adds + m, headStride, dWeightings, dErases + m, dAdds + m, scratch, blocks, width);
            return;
        }

        for (var m = 0; m < width; m++)
            BackwardColumn(gradient + m * Block, memory + m * Block, weightings, heads, erases + m, adds + m, headStride, dWeightings, dErases + m, dAdds + m, scratch, blocks, width);
    }

    /// <summary>Computes the gradients for one head, two columns at a time, which is as much as the registers hold.</summary>
    private static void BackwardPair(
        float* g, float* x, float* w, float* erase, float* add, float* dw, float* dErase, float* dAdd, int blocks, int width)
    {
        var (e0, e1) = (Vector256.Create(erase[0]), Vector256.Create(erase[1]));
        var (a0, a1) = (Vector256.Create(add[0]), Vector256.Create(add[1]));
        Vec de0 = default, de1 = default, da0 = default, da1 = default;
        nint stride = width * Block;
        for (var b = blocks; b > 0; b--, g += stride, x += stride, w += Block, dw += Block)
        {
            for (var half = 0; half < Block; half += 8)
            {
                var weight = Vector256.Load(w + half);
                var sum = Vector256.Load(dw + half);
                var (g0, x0) = (Vector256.Load(g + half), Vector256.Load(x + half));
                var gw = g0 * weight;
                da0 += gw;
                de0 = MultiplySubtract(gw, x0, de0);
                sum = MultiplyAdd(g0, MultiplySubtract(x0, e0, a0), sum);
                MultiplySubtract(gw, e0, g0).Store(g + half);
                var (g1, x1) = (Vector256.Load(g + Block + half), Vector256.Load(x + Block + half));
                gw = g1 * weight;
                da1 += gw;
                de1 = MultiplySubtract(gw, x1, de1);
                sum = MultiplyAdd(g1, MultiplySubtract(x1, e1, a1), sum);
                MultiplySubtract(gw, e1, g1).Store(g + Block + half);
                sum.Store(dw + half);
            }
        }

        (dErase[0], dErase[1]) = (Vector256.Sum(de0), Vector256.Sum(de1));
        (dAdd[0], dAdd[1]) = (Vector256.Sum(da0), Vector256.Sum(da1));
    }

    /// <summary>
    /// Computes one column for any number of heads. For each head the scratch holds the product of the heads before it, for both halves of a block,
    /// and the sums of its erase and add gradients, which are reduced to one number only at the end.
    /// </summary>
    private static void BackwardColumn(
        float* g, float* x, float* weightings, int heads, float* erases, float* adds, nint headStride,
        float* dWeightings, float* dErases, float* dAdds, float* scratch, int blocks, int width)
    {
        var one = Vector256<float>.One;
        nint locations = blocks * Block;
        new Span<float>(scratch, heads * ScratchPerHead).Clear();
        for (var b = blocks; b > 0; b--, g += width * Block, x += width * Block, weightings += Block, dWeightings += Block)
        {
            Vec before0 = one, before1 = one;
            float* w = weightings, erase = erases, own = scratch;
            for (var k = heads; k > 0; k--, w += locations, erase += headStride, own += ScratchPerHead)
            {
                before0.Store(own);
                before1.Store(own + 8);
                var e = Vector256.Create(*erase);
                before0 *= MultiplySubtract(Vector256.Load(w), e, one);
                before1 *= MultiplySubtract(Vector256.Load(w + 8), e, one);
            }

            var (g0, g1) = (Vector256.Load(g), Vector256.Load(g + 8));
            (g0 * before0).Store(g);
            (g1 * before1).Store(g + 8);
            // The value times the product of the heads after k grows on the way back.
            var (after0, after1) = (Vector256.Load(x), Vector256.Load(x + 8));
            var add = adds + heads * headStride;
            var dw = dWeightings + heads * locations;
            for (var k = heads; k > 0; k--)
            {
                w -= locations;
                erase -= headStride;
                own -= ScratchPerHead;
                add -= headStride;
                dw -= locations;
                var (w0, w1) = (Vector256.Load(w), Vector256.Load(w + 8));
                var e = Vector256.Create(*erase);
                var a = Vector256.Create(*add);
                var others0 = Vector256.Load(own) * after0;
                var others1 = Vector256.Load(own + 8) * after1;
                MultiplyAdd(g0, MultiplySubtract(others0, e, a), Vector256.Load(dw)).Store(dw);
                MultiplyAdd(g1, MultiplySubtract(others1, e, a), Vector256.Load(dw + 8)).Store(dw + 8);
                var gw0 = g0 * w0;
                var gw1 = g1 * w1;
                MultiplySubtract(gw1, others1, MultiplySubtract(gw0, others0, Vector256.Load(own + 16))).Store(own + 16);
                (Vector256.Load(own + 24) + (gw0 + gw1)).Store(own + 24);
                after0 *= MultiplySubtract(w0, e, one);
                after1 *= MultiplySubtract(w1, e, one);
            }
        }

        for (nint k = 0; k < heads; k++)
        {
            dErases[k * headStride] = Vector256.Sum(Vector256.Load(scratch + k * ScratchPerHead + 16));
            dAdds[k * headStride] = Vector256.Sum(Vector256.Load(scratch + k * ScratchPerHead + 24));
        }
    }
}
