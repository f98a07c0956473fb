using System.Globalization;

namespace Ntm.Figures;

/// <summary>An opaque sRGB colour.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    public string ToHex() => string.Create(CultureInfo.InvariantCulture, $"#{R:x2}{G:x2}{B:x2}");

    public ScottPlot.Color ToScottPlot() => new(R, G, B);
}
