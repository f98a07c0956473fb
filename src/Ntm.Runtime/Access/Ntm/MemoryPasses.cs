using System.Runtime.Intrinsics;
using static Ntm.Runtime.Engine.VectorMath;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Access;

/// <summary>
/// Passes over one memory matrix with the layout <c>[N / 16][M][16]</c>: blocks of 16 locations, within a block the width, so that every
/// vector is eight locations of one column. Rows of padded locations are zero.
/// </summary>
internal static unsafe class MemoryPasses
{
    private const int Block = NtmShape.Block;

    /// <summary>Computes <c>result(i) = sum_m vector(m) M(i, m)</c>, or adds it to the result.</summary>
    public static void Dot(float* memory, float* vector, float* result, int blocks, int width, bool accumulate)
    {
        nint stride = width * Block;
        var b = 0;
        // Four blocks at once: eight accumulators hide the latency of the additions.
        for (; b + 4 <= blocks; b += 4, memory += 4 * stride, result += 4 * Block)
        {
            Vec s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
            float* m0 = memory, m1 = memory + stride, m2 = m1 + stride, m3 = m2 + stride;
            for (nint m = 0; m < stride; m += Block)
            {
                var x = Vector256.Create(vector[m / Block]);
                s0 = MultiplyAdd(x, Vector256.Load(m0 + m), s0);
                s1 = MultiplyAdd(x, Vector256.Load(m0 + m + 8), s1);
                s2 = MultiplyAdd(x, Vector256.Load(m1 + m), s2);
                s3 = MultiplyAdd(x, Vector256.Load(m1 + m + 8), s3);
                s4 = MultiplyAdd(x, Vector256.Load(m2 + m), s4);
                s5 = MultiplyAdd(x, Vector256.Load(m2 + m + 8), s5);
                s6 = MultiplyAdd(x, Vector256.Load(m3 + m), s6);
                s7 = MultiplyAdd(x, Vector256.Load(m3 + m + 8), s7);
            }

            Put(result, s0, accumulate);
            Put(result + 8, s1, accumulate);
            Put(result + 16, s2, accumulate);
            Put(result + 24, s3, accumulate);
            Put(result + 32, s4, accumulate);
            Put(result + 40, s5, accumulate);
            Put(result + 48, s6, accumulate);
            Put(result + 56, s7, accumulate);
        }

        for (; b < blocks; b++, memory += stride, result += Block)
        {
            Vec s0 = default, s1 = default;
            for (var m = 0; m < width; m++)
            {
                var x = Vector256.Create(vector[m]);
                s0 = MultiplyAdd(x, Vector256.Load(memory + m * Block), s0);
                s1 = MultiplyAdd(x, Vector256.Load(memory + m * Block + 8), s1);
            }

            Put(result, s0, accumulate);
            Put(result + 8, s1, accumulate);
        }
    }

    /// <summary>Computes <c>result(m) = sum_i weights(i) M(i, m)</c>.</summary>
    public static void Sum(float* memory, float* weights, float* result, int blocks, int width)
    {
        nint stride = width * Block;
        var m = 0;
        for (; m + 4 <= width; m += 4)
        {
            Vec s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
            float* w = weights, p = memory + m * Block;
            for (var b = blocks; b > 0; b--, w += Block, p += stride)
            {
                var w0 = Vector256.Load(w);
                var w1 = Vector256.Load(w + 8);
                s0 = MultiplyAdd(w0, Vector256.Load(p), s0);
                t0 = MultiplyAdd(w1, Vector256.Load(p + 8), t0);
                s1 = MultiplyAdd(w0, Vector256.Load(p + 16), s1);
                t1 = MultiplyAdd(w1, Vector256.Load(p + 24), t1);
                s2 = MultiplyAdd(w0, Vector256.Load(p + 32), s2);
                t2 = MultiplyAdd(w1, Vector256.Load(p + 40), t2);
                s3 = MultiplyAdd(w0, Vector256.Load(p + 48), s3);
                t3 = MultiplyAdd(w1, Vector256.Load(p + 56), t3);
            }

            result[m] = Vector256.Sum(s0 + t0);
            result[m + 1] = Vector256.Sum(s1 + t1);
            result[m + 2] = Vector256.Sum(s2 + t2);
            result[m + 3] = Vector256.Sum(s3 + t3);
        }

        for (; m < width; m++)
        {
            Vec s0 = default, s1 = default;
            float* w = weights, p = memory + m * Block;
            for (var b = blocks; b > 0; b--, w += Block, p += stride)
            {
                s0 = MultiplyAdd(Vector256.Load(w), Vector256.Load(p), s0);
                s1 = MultiplyAdd(Vector256.Load(w + 8), Vector256.Load(p + 8), s1);
            }

            result[m] = Vector256.Sum(s0 + s1);
        }
    }

    /// <summary>Computes <c>result(i) = (sum_m M(i, m)^2 + epsilon)^(-1/2)</c>.</summary>
    public static void RowScales(float* memory, float* result, int blocks, int width)
    {
        var epsilon = Vector256.Create((float)Epsilons.Norm);
        for (var b = blocks; b > 0; b--, memory += width * Block, result += Block)
        {
            Vec s0 = epsilon, s1 = epsilon;
            for (var m = 0; m < width; m++)
            {
                var x0 = Vector256.Load(memory + m * Block);
                var x1 = Vector256.Load(memory + m * Block + 8);
                s0 = MultiplyAdd(x0, x0, s0);
                s1 = MultiplyAdd(x1, x1, s1);
            }

            InverseSqrt(s0).Store(result);
            InverseSqrt(s1).Store(result + 8);
        }
    }

    /// <summary>Adds the gradient of content lookup and reads: <c>dM(i) += sum_j c_j(i) q_j + v(i) M(i)</c>.</summary>
    /// <param name="gradient"><c>dM</c></param>
    /// <param name="memory"><c>M</c></param>
    /// <param name="own">The factors of the rows themselves, <c>v [N]</c>.</param>
    /// <param name="coefficients">The pointers <c>c_j [N]</c>.</param>
    /// <param name="vectors">The pointers <c>q_j [M]</c>.</param>
    /// <param name="terms">The number of terms.</param>
    /// <param name="blocks">The number of blocks of the memory.</param>
    /// <param name="width">The width of the memory, <c>M</c>.</param>
    public static void AddTerms(
        float* gradient, float* memory, float* own, float** coefficients, float** vectors, int terms, int blocks, int width)
    {
        var j = 0;
        for (; j + 3 <= terms; j += 3, own = null)
            AddThree(gradient, memory, own, coefficients + j, vectors + j, blocks, width);
        for (; j < terms || own is not null; j++, own = null)
            AddOne(gradient, memory, own, j < terms ? coefficients[j] : null, j < terms ? vectors[j] : null, blocks, width);
    }

    private static void AddThree(float* gradient, float* memory, float* own, float** c, float** q, int blocks, int width)
    {
        float* q0 = q[0], q1 = q[1], q2 = q[2];
        for (nint b = 0; b < blocks; b++, gradient += width * Block, memory += width * Block)
        {
            float* c0 = c[0] + b * Block, c1 = c[1] + b * Block, c2 = c[2] + b * Block;
            var (a0, a1, a2) = (Vector256.Load(c0), Vector256.Load(c1), Vector256.Load(c2));
            var (b0, b1, b2) = (Vector256.Load(c0 + 8), Vector256.Load(c1 + 8), Vector256.Load(c2 + 8));
            var v0 = own is null ? default : Vector256.Load(own + b * Block);
            var v1 = own is null ? default : Vector256.Load(own + b * Block + 8);
            for (nint m = 0; m < width; m++)
            {
                float* g = gradient + m * Block, x = memory + m * Block;
                var g0 = MultiplyAdd(v0, Vector256.Load(x), Vector256.Load(g));
                var g1 = MultiplyAdd(v1, Vector256.Load(x + 8), Vector256.Load(g + 8));
                var y = Vector256.Create(q0[m]);
                g0 = MultiplyAdd(a0, y, g0);
                g1 = MultiplyAdd(b0, y, g1);
                y = Vector256.Create(q1[m]);
                g0 = MultiplyAdd(a1, y, g0);
                g1 = MultiplyAdd(b1, y, g1);
                y = Vector256.Create(q2[m]);
                g0 = MultiplyAdd(a2, y, g0);
                g1 = MultiplyAdd(b2, y, g1);
                g0.Store(g);
                g1.Store(g + 8);
            }
        }
    }

    private static void AddOne(float* gradient, float* memory, float* own, float* c, float* q, int blocks, int width)
    {
        for (nint b = 0; b < blocks; b++, gradient += width * Block, memory += width * Block)
        {
            var c0 = c is null ? default : Vector256.Load(c + b * Block);
            var c1 = c is null ? default : Vector256.Load(c + b * Block + 8);
            var v0 = own is null ? default : Vector256.Load(own + b * Block);
            var v1 = own is null ? default : Vector256.Load(own + b * Block + 8);
            for (nint m = 0; m < width; m++)
            {
                float* g = gradient + m * Block, x = memory + m * Block;
                var y = q is null ? default : Vector256.Create(q[m]);
                MultiplyAdd(c0, y, MultiplyAdd(v0, Vector256.Load(x), Vector256.Load(g))).Store(g);
                MultiplyAdd(c1, y, MultiplyAdd(v1, Vector256.Load(x + 8), Vector256.Load(g + 8))).Store(g + 8);
            }
        }
    }

    private static void Put(float* target, Vec value, bool accumulate) =>
        (accumulate ? value + Vector256.Load(target) : value).Store(target);
}
