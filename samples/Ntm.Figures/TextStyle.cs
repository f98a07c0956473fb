namespace Ntm.Figures;

/// <summary>The size and weight of a text. The smallest size is still legible on a phone when the figure fills its width.</summary>
internal readonly record struct TextStyle(double Size, bool Strong = false)
{
    public static readonly TextStyle FigureTitle = new(22, Strong: true);
    public static readonly TextStyle PanelTitle = new(18, Strong: true);
    public static readonly TextStyle Label = new(17);
    public static readonly TextStyle Tick = new(16);

    public double LineHeight => Size * 1.3;
}
