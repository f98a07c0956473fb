namespace Ntm.Figures;

/// <summary>A picture that can be had as PNG and as SVG, both of the same size and content.</summary>
internal abstract class Figure
{
    private protected Figure(string title) => Title = title;

    /// <summary>The line at the top; an empty one takes no space.</summary>
    public string Title { get; }

    /// <summary>The picture in pixels, two per figure unit.</summary>
    public abstract byte[] ToPng();

    /// <summary>The picture as lines; text is outlines with its words beside them, so that it needs no font where it is shown.</summary>
    public abstract string ToSvg();
}
