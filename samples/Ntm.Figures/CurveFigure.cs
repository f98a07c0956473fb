namespace Ntm.Figures;

/// <summary>Learning curves: one panel, or several below each other that share the horizontal axis. ScottPlot draws them.</summary>
internal sealed class CurveFigure : Figure
{
    private readonly CurvePanel[] _panels;

    /// <summary>Creates a figure.</summary>
    /// <param name="title">The line at the top; may be empty.</param>
    /// <param name="panels">The panels from the top.</param>
    public CurveFigure(string title, params IReadOnlyList<CurvePanel> panels)
        : base(title)
    {
        if (panels.Count == 0)
        {
            throw new ArgumentException("A figure needs at least one panel.", nameof(panels));
        }

        foreach (CurvePanel panel in panels)
        {
            if (panel.Maximum is { } maximum && !(double.IsFinite(maximum) && maximum > 0))
            {
                throw new ArgumentException(
                    $"The maximum of the panel '{panel.Label}' must be finite and positive; it is {maximum}.", nameof(panels));
            }

            if (panel.Goal is { } goal && !(double.IsFinite(goal.Value) && (goal.Value > 0 || !panel.Logarithmic)))
            {
                throw new ArgumentException(
                    $"The goal of the panel '{panel.Label}' cannot be shown on its axis; it is {goal.Value}.", nameof(panels));
            }
        }

        _panels = [.. panels];
    }

    /// <summary>The label of the horizontal axis.</summary>
    public string XLabel { get; init; } = "sequences (thousands)";

    /// <summary>The number of the curves' units that are one unit of the horizontal axis.</summary>
    public double XUnit
    {
        get;
        init => field = double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentException($"The unit must be finite and positive; it is {value}.", nameof(value));
    } = 1000;

    /// <summary>Returns the place of a panel's axes, in figure units.</summary>
    public Rect AxesOf(int panel)
    {
        using CurvePicture picture = Picture();
        return picture.AxesOf(panel);
    }

    /// <inheritdoc/>
    public override byte[] ToPng()
    {
        using CurvePicture picture = Picture();
        return picture.ToPng();
    }

    /// <inheritdoc/>
    public override string ToSvg()
    {
        using CurvePicture picture = Picture();
        return picture.ToSvg();
    }

    private CurvePicture Picture() => new(Title, XLabel, XUnit, _panels);
}
