namespace Ntm.Figures;

/// <summary>A picture that can be had as PNG and as SVG, both drawn from the same plan.</summary>
internal abstract class Figure
{
    private protected Figure(string title) => Title = title;

    /// <summary>The line at the top; an empty one takes no space.</summary>
    public string Title { get; }

    public byte[] ToPng()
    {
        FigurePlan plan = Plan();
        using var canvas = new PngCanvas(plan.Width, plan.Height);
        plan.Draw(canvas);
        return canvas.Encode();
    }

    public string ToSvg()
    {
        FigurePlan plan = Plan();
        using var canvas = new SvgCanvas(plan.Width, plan.Height, Title);
        plan.Draw(canvas);
        return canvas.Finish();
    }

    private protected abstract FigurePlan Plan();
}

/// <summary>A figure with all its places computed: its size in figure units, and how to draw it.</summary>
internal sealed record FigurePlan(double Width, double Height, Action<ICanvas> Draw);
