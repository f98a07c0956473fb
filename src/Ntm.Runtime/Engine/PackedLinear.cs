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
                    Transpose8.Run(rows + k, Stride, panel + (nint)k * PanelProduct.Width + block, PanelProduct.Width);
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
}
