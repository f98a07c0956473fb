using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ntm.Runtime.Engine;

/// <summary>
/// The weights of one linear layer in the two forms that the products read: row-major <c>[outputs, columns]</c> padded with zeros
/// (backward, and forward for a single row), and transposed into panels of 24 outputs (forward for several rows). The bias is a column like
/// the others.
/// </summary>
internal sealed unsafe class PackedLinear(int outputs, int columns)
{
    /// <summary>The number of outputs, a multiple of 8.</summary>
    public int Outputs { get; } = Round.Up(outputs, 8);

    public int Columns { get; } = columns;

    /// <summary>The distance between rows.</summary>
    public int Stride { get; } = Round.Up(columns, 8);

    public float* Rows { get; private set; }

    private float* Panels { get; set; }

    private int PanelLength => Stride * PanelProduct.Width;

    private int PanelCount => (Outputs + PanelProduct.Width - 1) / PanelProduct.Width;

    /// <summary>The number of floats of both forms. Whole panels are packed, so rows up to a multiple of 24 exist.</summary>
    public long Length => (long)PanelCount * PanelProduct.Width * Stride + (long)PanelCount * PanelLength;

    public void Place(float* memory)
    {
        Rows = memory;
        Panels = memory + (long)PanelCount * PanelProduct.Width * Stride;
    }

    /// <summary>Builds the panels of the rows; products of a single row do not need them.</summary>
    public void PackPanels()
    {
        for (var p = 0; p < PanelCount; p++)
        {
            var panel = Panels + (nint)p * PanelLength;
            for (var block = 0; block < PanelProduct.Width; block += 8)
            {
                var rows = Rows + (nint)(p * PanelProduct.Width + block) * Stride;
                for (var k = 0; k < Stride; k += 8)
                    Transpose(rows + k, Stride, panel + (nint)k * PanelProduct.Width + block);
            }
        }
    }

    /// <summary>Computes <c>Y = X W^T</c>.</summary>
    /// <param name="x"><c>[rows, columns]</c></param>
    /// <param name="xRow">The distance between rows of <c>X</c>.</param>
    /// <param name="rows">The number of rows; 1 or a multiple of 4.</param>
    /// <param name="y"><c>[rows, outputs]</c></param>
    /// <param name="yRow">The distance between rows of <c>Y</c>.</param>
    public void Forward(float* x, int xRow, int rows, float* y, int yRow)
    {
        if (rows == 1)
            RowProduct.Multiply(Rows, Stride, x, Columns, y, Outputs);
        else
            PanelProduct.Multiply(x, xRow, 1, rows, Panels, PanelLength, PanelProduct.Width, y, yRow, Outputs, Columns, accumulate: false);
    }

    /// <summary>Computes <c>dX = dY W</c> or <c>dX += dY W</c>, for the first columns.</summary>
    public void Backward(float* dy, int dyRow, int rows, int depth, float* dx, int dxRow, int columns, bool accumulate) =>
        PanelProduct.Multiply(dy, dyRow, 1, rows, Rows, PanelProduct.Width, Stride, dx, dxRow, Round.Up(columns, 8), depth, accumulate);

    private static void Transpose(float* source, nint sourceRow, float* target)
    {
        const int targetRow = PanelProduct.Width;
        if (!Avx.IsSupported)
        {
            for (var r = 0; r < 8; r++)
                for (var c = 0; c < 8; c++)
                    target[c * targetRow + r] = source[r * sourceRow + c];
            return;
        }

        var r0 = Vector256.Load(source);
        var r1 = Vector256.Load(source + sourceRow);
        var r2 = Vector256.Load(source + 2 * sourceRow);
        var r3 = Vector256.Load(source + 3 * sourceRow);
        var r4 = Vector256.Load(source + 4 * sourceRow);
        var r5 = Vector256.Load(source + 5 * sourceRow);
        var r6 = Vector256.Load(source + 6 * sourceRow);
        var r7 = Vector256.Load(source + 7 * sourceRow);
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (a4, a5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (a6, a7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        var (b0, b1) = (Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a0, a2, 0xEE));
        var (b2, b3) = (Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a1, a3, 0xEE));
        var (b4, b5) = (Avx.Shuffle(a4, a6, 0x44), Avx.Shuffle(a4, a6, 0xEE));
        var (b6, b7) = (Avx.Shuffle(a5, a7, 0x44), Avx.Shuffle(a5, a7, 0xEE));
        Avx.Permute2x128(b0, b4, 0x20).Store(target);
        Avx.Permute2x128(b1, b5, 0x20).Store(target + targetRow);
        Avx.Permute2x128(b2, b6, 0x20).Store(target + 2 * targetRow);
        Avx.Permute2x128(b3, b7, 0x20).Store(target + 3 * targetRow);
        Avx.Permute2x128(b0, b4, 0x31).Store(target + 4 * targetRow);
        Avx.Permute2x128(b1, b5, 0x31).Store(target + 5 * targetRow);
        Avx.Permute2x128(b2, b6, 0x31).Store(target + 6 * targetRow);
        Avx.Permute2x128(b3, b7, 0x31).Store(target + 7 * targetRow);
    }
}
