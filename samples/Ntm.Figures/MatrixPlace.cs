namespace Ntm.Figures;

/// <summary>The place of one panel of a <see cref="MatrixFigure"/>.</summary>
internal sealed record MatrixPlace(int Row, int Column, MatrixPanel Panel)
{
    public const string StepLabel = "time step";

    private const double TitleGap = 3;

    /// <summary>The start of the column that contains the panel.</summary>
    public required double Left { get; init; }

    public required IReadOnlyList<string> Title { get; init; }

    public required Rect Cells { get; init; }

    /// <summary>Whether the panel has its own color bar; otherwise it shares the next one to the right.</summary>
    public required bool HasBar { get; init; }

    /// <summary>Whether the time steps are numbered here; otherwise they are numbered below, in the same column.</summary>
    public required bool HasStepLabels { get; init; }

    public double TitleHeight => Title.Count == 0 ? 0 : (Title.Count * TextStyle.PanelTitle.LineHeight) + TitleGap;

    public double FootHeight => FigureStyle.TickLength
        + (HasStepLabels ? FigureStyle.LabelGap + TextStyle.Tick.LineHeight + TextStyle.Label.LineHeight : 0);
}
