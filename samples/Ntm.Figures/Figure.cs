namespace Ntm.Figures;

/// <summary>A figure that can be saved as PNG and as SVG, both with the same size and content.</summary>
internal abstract class Figure
{
    private protected Figure(string title) => Title = title;

    /// <summary>The line at the top; an empty one takes no space.</summary>
    public string Title { get; }

    /// <summary>Returns the figure in pixels, two per figure unit.</summary>
    public abstract byte[] ToPng();

    /// <summary>Returns the figure as lines. Text is outlines with its words next to them, so a viewer needs no font.</summary>
    public abstract string ToSvg();
}
