using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Engine;

/// <summary>
/// Computes every matrix product of the engine: <c>C = A B</c> or <c>C += A B</c>, in tiles of 4 rows by 24 columns, which is as many
/// accumulators as sixteen registers allow. With strides, one kernel serves three uses: forward from packed panels, backward from
/// the weights as they are, weight gradients as <c>dZ^T X</c>.
/// </summary>
internal static unsafe class PanelProduct
{
    /// <summary>The number of columns of a packed panel.</summary>
    public const int Width = 24;

    /// <param name="a"><c>A</c>; element <c>(r, k)</c> is at <c>r * aRow + k * aStep</c>.</param>
    /// <param name="aRow">The distance between rows of <c>A</c>.</param>
    /// <param name="aStep">The distance between columns of <c>A</c>.</param>
    /// <param name="rows">The number of rows; 1 or a multiple of 4.</param>
    /// <param name="b"><c>B</c>; element <c>(k, c)</c> is at <c>(c / 24) * bPanel + k * bStep + c % 24</c>.</param>
    /// <param name="bPanel">The distance between panels of <c>B</c>; 24 if it is not packed.</param>
    /// <param name="bStep">The distance between rows of <c>B</c>.</param>
    /// <param name="c"><c>C</c>, row-major.</param>
    /// <param name="cRow">The distance between rows of <c>C</c>.</param>
    /// <param name="columns">The number of columns; a multiple of 8.</param>
    /// <param name="depth">The number of columns of <c>A</c> and rows of <c>B</c>.</param>
    /// <param name="accumulate">Whether to add to <c>C</c>.</param>
    public static void Multiply(
        float* a, nint aRow, nint aStep, int rows, float* b, nint bPanel, nint bStep, float* c, nint cRow, int columns, int depth, bool accumulate)
    {
        for (var column = 0; column < columns; column += Width, b += bPanel, c += Width)
        {
            var width = Math.Min(Width, columns - column);
            if (rows == 1)
            {
                Row(a, aStep, b, bStep, c, width, depth, accumulate);
                continue;
            }

            for (nint r = 0; r < rows; r += 4)
            {
                if (width == Width)
                    Tile24(a + r * aRow, aRow, aStep, b, bStep, c + r * cRow, cRow, depth, accumulate);
                else if (width == 16)
                    Tile16(a + r * aRow, aRow, aStep, b, bStep, c + r * cRow, cRow, depth, accumulate);
                else
                    Tile8(a + r * aRow, aRow, aStep, b, bStep, c + r * cRow, cRow, depth, accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec MultiplyAdd(Vec a, Vec b, Vec c) => Vector256.MultiplyAddEstimate(a, b, c);

    private static void Tile24(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int depth, bool accumulate)
    {
        Vec c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vec c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* d1 = c + cRow, d2 = d1 + cRow, d3 = d2 + cRow;
        if (accumulate)
        {
            (c00, c01, c02) = (Vector256.Load(c), Vector256.Load(c + 8), Vector256.Load(c + 16));
            (c10, c11, c12) = (Vector256.Load(d1), Vector256.Load(d1 + 8), Vector256.Load(d1 + 16));
            (c20, c21, c22) = (Vector256.Load(d2), Vector256.Load(d2 + 8), Vector256.Load(d2 + 16));
            (c30, c31, c32) = (Vector256.Load(d3), Vector256.Load(d3 + 8), Vector256.Load(d3 + 16));
        }

        nint i = 0;
        for (var k = depth; k > 0; k--)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var b2 = Vector256.Load(b + 16);
            var x = Vector256.Create(a[i]);
            c00 = MultiplyAdd(b0, x, c00);
            c01 = MultiplyAdd(b1, x, c01);
            c02 = MultiplyAdd(b2, x, c02);
            x = Vector256.Create(a1[i]);
            c10 = MultiplyAdd(b0, x, c10);
            c11 = MultiplyAdd(b1, x, c11);
            c12 = MultiplyAdd(b2, x, c12);
            x = Vector256.Create(a2[i]);
            c20 = MultiplyAdd(b0, x, c20);
            c21 = MultiplyAdd(b1, x, c21);
            c22 = MultiplyAdd(b2, x, c22);
            x = Vector256.Create(a3[i]);
            c30 = MultiplyAdd(b0, x, c30);
            c31 = MultiplyAdd(b1, x, c31);
            c32 = MultiplyAdd(b2, x, c32);
            i += aStep;
            b += bStep;
        }

        c00.Store(c);
        c01.Store(c + 8);
        c02.Store(c + 16);
        c10.Store(d1);
        c11.Store(d1 + 8);
        c12.Store(d1 + 16);
        c20.Store(d2);
        c21.Store(d2 + 8);
        c22.Store(d2 + 16);
        c30.Store(d3);
        c31.Store(d3 + 8);
        c32.Store(d3 + 16);
    }

    private static void Tile16(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int depth, bool accumulate)
    {
        Vec c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* d1 = c + cRow, d2 = d1 + cRow, d3 = d2 + cRow;
        if (accumulate)
        {
            (c00, c01, c10, c11) = (Vector256.Load(c), Vector256.Load(c + 8), Vector256.Load(d1), Vector256.Load(d1 + 8));
            (c20, c21, c30, c31) = (Vector256.Load(d2), Vector256.Load(d2 + 8), Vector256.Load(d3), Vector256.Load(d3 + 8));
        }

        nint i = 0;
        for (var k = depth; k > 0; k--)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x = Vector256.Create(a[i]);
            c00 = MultiplyAdd(b0, x, c00);
            c01 = MultiplyAdd(b1, x, c01);
            x = Vector256.Create(a1[i]);
            c10 = MultiplyAdd(b0, x, c10);
            c11 = MultiplyAdd(b1, x, c11);
            x = Vector256.Create(a2[i]);
            c20 = MultiplyAdd(b0, x, c20);
            c21 = MultiplyAdd(b1, x, c21);
            x = Vector256.Create(a3[i]);
            c30 = MultiplyAdd(b0, x, c30);
            c31 = MultiplyAdd(b1, x, c31);
            i += aStep;
            b += bStep;
        }

        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(d1);
        c11.Store(d1 + 8);
        c20.Store(d2);
        c21.Store(d2 + 8);
        c30.Store(d3);
        c31.Store(d3 + 8);
    }

    private static void Tile8(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int depth, bool accumulate)
    {
        Vec c0 = default, c1 = default, c2 = default, c3 = default;
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* d1 = c + cRow, d2 = d1 + cRow, d3 = d2 + cRow;
        if (accumulate)
            (c0, c1, c2, c3) = (Vector256.Load(c), Vector256.Load(d1), Vector256.Load(d2), Vector256.Load(d3));
        nint i = 0;
        for (var k = depth; k > 0; k--)
        {
            var b0 = Vector256.Load(b);
            c0 = MultiplyAdd(b0, Vector256.Create(a[i]), c0);
            c1 = MultiplyAdd(b0, Vector256.Create(a1[i]), c1);
            c2 = MultiplyAdd(b0, Vector256.Create(a2[i]), c2);
            c3 = MultiplyAdd(b0, Vector256.Create(a3[i]), c3);
            i += aStep;
            b += bStep;
        }

        c0.Store(c);
        c1.Store(d1);
        c2.Store(d2);
        c3.Store(d3);
    }

    /// <summary>Computes one row: four steps of the depth at once, because three accumulators alone would wait for each other.</summary>
    private static void Row(float* a, nint aStep, float* b, nint bStep, float* c, int width, int depth, bool accumulate)
    {
        if (width < Width)
        {
            RowNarrow(a, aStep, b, bStep, c, width, depth, accumulate);
            return;
        }

        Vec c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vec c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        if (accumulate)
            (c00, c01, c02) = (Vector256.Load(c), Vector256.Load(c + 8), Vector256.Load(c + 16));
        var k = depth;
        for (; k >= 4; k -= 4)
        {
            var x = Vector256.Create(*a);
            c00 = MultiplyAdd(Vector256.Load(b), x, c00);
            c01 = MultiplyAdd(Vector256.Load(b + 8), x, c01);
            c02 = MultiplyAdd(Vector256.Load(b + 16), x, c02);
            a += aStep;
            b += bStep;
            x = Vector256.Create(*a);
            c10 = MultiplyAdd(Vector256.Load(b), x, c10);
            c11 = MultiplyAdd(Vector256.Load(b + 8), x, c11);
            c12 = MultiplyAdd(Vector256.Load(b + 16), x, c12);
            a += aStep;
            b += bStep;
            x = Vector256.Create(*a);
            c20 = MultiplyAdd(Vector256.Load(b), x, c20);
            c21 = MultiplyAdd(Vector256.Load(b + 8), x, c21);
            c22 = MultiplyAdd(Vector256.Load(b + 16), x, c22);
            a += aStep;
            b += bStep;
            x = Vector256.Create(*a);
            c30 = MultiplyAdd(Vector256.Load(b), x, c30);
            c31 = MultiplyAdd(Vector256.Load(b + 8), x, c31);
            c32 = MultiplyAdd(Vector256.Load(b + 16), x, c32);
            a += aStep;
            b += bStep;
        }

        for (; k > 0; k--)
        {
            var x = Vector256.Create(*a);
            c00 = MultiplyAdd(Vector256.Load(b), x, c00);
            c01 = MultiplyAdd(Vector256.Load(b + 8), x, c01);
            c02 = MultiplyAdd(Vector256.Load(b + 16), x, c02);
            a += aStep;
            b += bStep;
        }

        (c00 + c10 + (c20 + c30)).Store(c);
        (c01 + c11 + (c21 + c31)).Store(c + 8);
        (c02 + c12 + (c22 + c32)).Store(c + 16);
    }

    private static void RowNarrow(float* a, nint aStep, float* b, nint bStep, float* c, int width, int depth, bool accumulate)
    {
        for (var column = 0; column < width; column += 8)
        {
            Vec c0 = accumulate ? Vector256.Load(c + column) : default, c1 = default, c2 = default, c3 = default;
            float* x = a, y = b + column;
            var k = depth;
            for (; k >= 4; k -= 4)
            {
                c0 = MultiplyAdd(Vector256.Load(y), Vector256.Create(*x), c0);
                x += aStep;
                y += bStep;
                c1 = MultiplyAdd(Vector256.Load(y), Vector256.Create(*x), c1);
                x += aStep;
                y += bStep;
                c2 = MultiplyAdd(Vector256.Load(y), Vector256.Create(*x), c2);
                x += aStep;
                y += bStep;
                c3 = MultiplyAdd(Vector256.Load(y), Vector256.Create(*x), c3);
                x += aStep;
                y += bStep;
            }

            for (; k > 0; k--)
            {
                c0 = MultiplyAdd(Vector256.Load(y), Vector256.Create(*x), c0);
                x += aStep;
                y += bStep;
            }

            (c0 + c1 + (c2 + c3)).Store(c + column);
        }
    }
}
