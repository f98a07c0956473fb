namespace Ntm.Figures;

/// <summary>
/// A colour in Oklab (Ottosson 2020), where equal distances look about equally different. <c>L</c> is the lightness from 0 to 1,
/// <c>A</c> runs from green to red, <c>B</c> from blue to yellow.
/// </summary>
internal readonly record struct Oklab(double L, double A, double B)
{
    /// <summary>The colour of a lightness, a chroma and a hue in degrees.</summary>
    public static Oklab FromPolar(double lightness, double chroma, double hue) =>
        new(lightness, chroma * Math.Cos(hue * Math.PI / 180), chroma * Math.Sin(hue * Math.PI / 180));

    public static Oklab Mix(Oklab from, Oklab to, double share) =>
        new(double.Lerp(from.L, to.L, share), double.Lerp(from.A, to.A, share), double.Lerp(from.B, to.B, share));

    public static double Distance(Oklab x, Oklab y) =>
        Math.Sqrt(Math.Pow(x.L - y.L, 2) + Math.Pow(x.A - y.A, 2) + Math.Pow(x.B - y.B, 2));

    /// <summary>The nearest 8-bit sRGB colour; components that sRGB cannot show are cut off.</summary>
    public Rgb ToRgb()
    {
        double l = Math.Pow(L + (0.3963377774 * A) + (0.2158037573 * B), 3);
        double m = Math.Pow(L - (0.1055613458 * A) - (0.0638541728 * B), 3);
        double s = Math.Pow(L - (0.0894841775 * A) - (1.2914855480 * B), 3);
        return new Rgb(
            Encode((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)),
            Encode((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)),
            Encode((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s)));
    }

    private static byte Encode(double linear)
    {
        double encoded = linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(255 * Math.Clamp(encoded, 0, 1));
    }
}
