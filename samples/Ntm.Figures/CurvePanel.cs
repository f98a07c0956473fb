namespace Ntm.Figures;

/// <summary>One pair of axes of a <see cref="CurveFigure"/>.</summary>
internal sealed class CurvePanel
{
    /// <summary>Creates a panel.</summary>
    /// <param name="label">The label of the vertical axis, with its unit: "cost (bits/sequence)".</param>
    /// <param name="curves">One curve or more.</param>
    public CurvePanel(string label, params IReadOnlyList<Curve> curves)
    {
        if (curves.Count == 0)
        {
            throw new ArgumentException($"The panel '{label}' has no curves.", nameof(curves));
        }

        Label = label;
        Curves = [.. curves];
    }

    public string Label { get; }

    /// <summary>The line above; an empty one takes no space.</summary>
    public string Title { get; init; } = "";

    public IReadOnlyList<Curve> Curves { get; }

    /// <summary>Whether the vertical axis is logarithmic. Values of zero and below are then drawn at its lower end.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>The upper end of the vertical axis, in place of the data's maximum; data above is cut off.</summary>
    public double? Maximum { get; init; }

    /// <summary>A horizontal line to compare with.</summary>
    public Goal? Goal { get; init; }
}

/// <summary>A level to compare curves with: a goal, an optimum.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Value">Its height.</param>
internal sealed record Goal(string Name, double Value);
