using SkiaSharp;

namespace Ntm.Figures;

/// <summary>
/// Measures text and turns it into outlines. Every text in every figure is drawn from these outlines and not by a text renderer:
/// no hinting, no font substitution, and an SVG that needs no font in the viewer.
/// </summary>
internal static class Typesetter
{
    public static double Width(string text, TextStyle style)
    {
        using SKFont font = Font(style);
        return font.MeasureText(text);
    }

    public static double CapHeight(TextStyle style)
    {
        using SKFont font = Font(style);
        return font.Metrics.CapHeight;
    }

    /// <summary>Breaks a text at its spaces into lines no wider than <paramref name="width"/>, except for single longer words.</summary>
    public static IReadOnlyList<string> Wrap(string text, TextStyle style, double width)
    {
        List<string> lines = [];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && Width(lines[^1] + " " + word, style) <= width)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    /// <summary>Returns the outlines of a text in figure units, at its place.</summary>
    public static SKPath Outline(PlacedText text)
    {
        using SKFont font = Font(text.Style);
        var origin = new SKPoint(
            (float)(-text.AlignX * font.MeasureText(text.Value)),
            (float)(text.AlignY * font.Metrics.CapHeight));
        SKPath path = font.GetTextPath(text.Value, origin) ?? new SKPath();
        var place = SKMatrix.CreateTranslation((float)text.At.X, (float)text.At.Y);
        path.Transform(text.Upwards ? place.PreConcat(SKMatrix.CreateRotationDegrees(-90)) : place);
        return path;
    }

    private static SKFont Font(TextStyle style) =>
        new(style.Strong ? BundledFont.Strong : BundledFont.Regular, (float)style.Size)
        {
            Hinting = SKFontHinting.None,
            LinearMetrics = true,
            Subpixel = true,
        };
}
