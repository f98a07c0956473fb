using ScottPlot;
using SkiaSharp;

namespace Ntm.Figures;

/// <summary>Gives ScottPlot the embedded typefaces, whatever font it requests: the system's fonts are never used.</summary>
internal sealed class PlotFont : IFontResolver
{
    /// <summary>The font name that plots use.</summary>
    public const string Name = "Inter";

    private static readonly Lazy<bool> s_registered = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new PlotFont());
        Fonts.Default = Name;
        return true;
    });

    private PlotFont()
    {
    }

    /// <summary>Registers the typefaces, once per process: ScottPlot's list of fonts is global.</summary>
    public static void Register() => _ = s_registered.Value;

    /// <summary>Sets a label's style to the embedded font.</summary>
    public static void Apply(LabelStyle label, TextStyle style)
    {
        label.FontName = Name;
        label.FontSize = (float)style.Size;
        label.Bold = style.Strong;
        label.ForeColor = FigureStyle.Ink.ToScottPlot();
    }

    /// <inheritdoc/>
    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        weight >= FontWeight.SemiBold ? BundledFont.Strong : BundledFont.Regular;

    /// <inheritdoc/>
    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => bold ? BundledFont.Strong : BundledFont.Regular;
}
