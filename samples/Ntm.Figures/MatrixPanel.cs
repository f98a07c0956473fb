namespace Ntm.Figures;

/// <summary>A matrix over time as one heat map of a <see cref="MatrixFigure"/>.</summary>
internal sealed class MatrixPanel
{
    private readonly float[,] _values;

    /// <summary>Creates a panel.</summary>
    /// <param name="title">The line above; an empty one takes no space.</param>
    /// <param name="values"><c>[time, row]</c>. Time runs to the right, row 0 (the first channel or location) is at the top.</param>
    public MatrixPanel(string title, float[,] values)
    {
        if (values.Length == 0)
        {
            throw new ArgumentException($"The matrix '{title}' is empty.", nameof(values));
        }

        if (values.Cast<float>().All(float.IsNaN))
        {
            throw new ArgumentException($"The matrix '{title}' has no value that is a number.", nameof(values));
        }

        Title = title;
        _values = (float[,])values.Clone();
    }

    /// <summary>Creates a panel from one array per time step, all of the same length.</summary>
    public MatrixPanel(string title, IReadOnlyList<float[]> values)
        : this(title, Rectangular(title, values))
    {
    }

    public string Title { get; }

    public int Steps => _values.GetLength(0);

    public int Rows => _values.GetLength(1);

    /// <summary>The label of the rows: "channel", "location".</summary>
    public string RowLabel { get; init; } = "channel";

    /// <summary>The number of the top row, for a panel that shows only some of the locations.</summary>
    public int FirstRow { get; init; }

    /// <summary>The number of the leftmost time step.</summary>
    public int FirstStep { get; init; }

    /// <summary>The values at the ends of the color map. Values beyond get the end's color, and the color bar shows that.</summary>
    public ValueRange Range { get; init; } = ValueRange.Unit;

    /// <summary>The height of a panel with many rows, in figure units: less if there are many panels below each other.</summary>
    public double Tallest { get; init; } = 264;

    public ColourMap Colours { get; init; } = ColourMap.Sequential;

    public float this[int step, int row] => _values[step, row];

    // Rounding may increase a probability slightly above 1; that does not count as out of range.
    public bool HasValuesBelowRange => _values.Cast<float>().Any(v => Range.ToShare(v) < -1e-4);

    public bool HasValuesAboveRange => _values.Cast<float>().Any(v => Range.ToShare(v) > 1 + 1e-4);

    private static float[,] Rectangular(string title, IReadOnlyList<float[]> values)
    {
        int rows = values.Count > 0 ? values[0].Length : 0;
        var matrix = new float[values.Count, rows];
        for (int step = 0; step < values.Count; step++)
        {
            if (values[step].Length != rows)
            {
                throw new ArgumentException(
                    $"The matrix '{title}' has {rows} values at its first time step but {values[step].Length} at index {step}.",
                    nameof(values));
            }

            for (int row = 0; row < rows; row++)
            {
                matrix[step, row] = values[step][row];
            }
        }

        return matrix;
    }
}
