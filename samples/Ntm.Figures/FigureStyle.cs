namespace Ntm.Figures;

/// <summary>The style of all figures.</summary>
internal static class FigureStyle
{
    /// <summary>The target width of a figure. A phone shows it at about half size, which leaves tick labels 8 units high.</summary>
    public const double Width = 760;

    public const double Margin = 16;
    public const double TickLength = 5;

    /// <summary>Between a tick and its label, and between one label and the next text outwards.</summary>
    public const double LabelGap = 6;

    public static readonly Rgb Ink = new(0x22, 0x22, 0x22);
    public static readonly Rgb Axis = new(0x55, 0x55, 0x55);
    public static readonly Rgb Grid = new(0xdd, 0xdd, 0xdd);
    public static readonly Rgb FineGrid = new(0xf0, 0xf0, 0xf0);
}
