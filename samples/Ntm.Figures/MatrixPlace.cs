namespace Ntm.Figures;

/// <summary>Where one panel of a <see cref="MatrixFigure"/> goes.</summary>
internal sealed record MatrixPlace(int Row, int Column, MatrixPanel Panel)
{
    public const string StepLabel = "time step";

    private const double TitleGap = 3;

    /// <summary>Where the column begins that the panel is in.</summary>
    public required double Left { get; init; }

    public required IReadOnlyList<string> Title { get; init; }

    public required Rect Cells { get; init; }

    /// <summary>Whether the panel has its own colour bar; otherwise the one further right holds for it, too.</summary>
    public required bool HasBar { get; init; }

    /// <summary>Whether the time steps are numbered here; otherwise they are below, in the same column.</summary>
    public required bool HasStepLabels { get; init; }

    public double TitleHeight => Title.Count == 0 ? 0 : (Title.Count * TextStyle.PanelTitle.LineHeight) + TitleGap;

    public double FootHeight => FigureStyle.TickLength
        + (HasStepLabels ? FigureStyle.LabelGap + TextStyle.Tick.LineHeight + TextStyle.Label.LineHeight : 0);
}
