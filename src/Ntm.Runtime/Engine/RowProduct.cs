using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Ntm.Runtime.Engine.VectorMath;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Engine;

/// <summary>
/// <c>y = W x</c> for a single row: inner products with the rows of the weights as they are stored. The result is the same as by panels of the transposed
/// weights, but no panels are built, which for a batch of one costs as much as a step.
/// </summary>
internal static unsafe class RowProduct
{
    /// <param name="w"><c>W [outputs, columns]</c>, its rows padded with zeros to a multiple of 8.</param>
    /// <param name="stride">The distance between its rows.</param>
    /// <param name="x"><c>[columns]</c>; floats after the end do not matter.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="y"><c>[outputs]</c></param>
    /// <param name="outputs">The number of outputs; a multiple of 8.</param>
    public static void Multiply(float* w, nint stride, float* x, int columns, float* y, int outputs)
    {
        var whole = columns & ~7;
        var rest = Rest(x + whole, columns - whole);
        for (var o = 0; o < outputs; o += 8, w += 8 * stride)
            Eight(w, stride, x, whole, rest).Store(y + o);
    }

    /// <summary>Eight rows at once: enough accumulators to hide the latency of the additions.</summary>
    private static Vec Eight(float* w, nint stride, float* x, nint whole, Vec rest)
    {
        float* w1 = w + stride, w2 = w1 + stride, w3 = w2 + stride, w4 = w3 + stride, w5 = w4 + stride, w6 = w5 + stride, w7 = w6 + stride;
        Vec s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (whole < stride)
        {
            s0 = rest * Vector256.Load(w + whole);
            s1 = rest * Vector256.Load(w1 + whole);
            s2 = rest * Vector256.Load(w2 + whole);
            s3 = rest * Vector256.Load(w3 + whole);
            s4 = rest * Vector256.Load(w4 + whole);
            s5 = rest * Vector256.Load(w5 + whole);
            s6 = rest * Vector256.Load(w6 + whole);
            s7 = rest * Vector256.Load(w7 + whole);
        }

        for (nint k = 0; k < whole; k += 8)
        {
            var v = Vector256.Load(x + k);
            s0 = MultiplyAdd(v, Vector256.Load(w + k), s0);
            s1 = MultiplyAdd(v, Vector256.Load(w1 + k), s1);
            s2 = MultiplyAdd(v, Vector256.Load(w2 + k), s2);
            s3 = MultiplyAdd(v, Vector256.Load(w3 + k), s3);
            s4 = MultiplyAdd(v, Vector256.Load(w4 + k), s4);
            s5 = MultiplyAdd(v, Vector256.Load(w5 + k), s5);
            s6 = MultiplyAdd(v, Vector256.Load(w6 + k), s6);
            s7 = MultiplyAdd(v, Vector256.Load(w7 + k), s7);
        }

        return Sums(s0, s1, s2, s3, s4, s5, s6, s7);
    }

    /// <summary>Returns the sum of each of eight vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Sums(Vec s0, Vec s1, Vec s2, Vec s3, Vec s4, Vec s5, Vec s6, Vec s7)
    {
        if (!Avx.IsSupported)
        {
            return Vector256.Create(
                Vector256.Sum(s0), Vector256.Sum(s1), Vector256.Sum(s2), Vector256.Sum(s3),
                Vector256.Sum(s4), Vector256.Sum(s5), Vector256.Sum(s6), Vector256.Sum(s7));
        }

        var low = Avx.HorizontalAdd(Avx.HorizontalAdd(s0, s1), Avx.HorizontalAdd(s2, s3));
        var high = Avx.HorizontalAdd(Avx.HorizontalAdd(s4, s5), Avx.HorizontalAdd(s6, s7));
        return Avx.Permute2x128(low, high, 0x20) + Avx.Permute2x128(low, high, 0x31);
    }

    /// <summary>Loads the last few numbers, followed by zeros: the floats after the end may be NaN, and NaN times zero is NaN.</summary>
    private static Vec Rest(float* x, int count)
    {
        var values = stackalloc float[8];
        Vec.Zero.Store(values);
        for (var i = 0; i < count; i++)
            values[i] = x[i];
        return Vector256.Load(values);
    }
}
