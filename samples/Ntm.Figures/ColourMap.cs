namespace Ntm.Figures;

/// <summary>
/// Turns values from 0 to 1 into colours such that equal steps look equally large. Lightness alone carries the order within
/// each map (on either side of the middle of <see cref="Diverging"/>), so they read the same without colour vision and in print.
/// </summary>
internal sealed class ColourMap
{
    // Odd, so that the middle of a map is one color.
    private const int Steps = 257;
    private const int SamplesPerStep = 16;

    private readonly Rgb[] _colours;

    private ColourMap(Func<double, Oklab> path) => _colours = AtEqualDistances(path);

    /// <summary>Dark violet over teal to bright yellow: for values with a natural lowest end, such as bits and weightings.</summary>
    public static ColourMap Sequential { get; } = new(t =>
        Oklab.FromPolar(double.Lerp(0.22, 0.93, t), 0.073 + (0.09 * t * t), double.Lerp(292, 105, t)));

    /// <summary>White to black: more is more ink.</summary>
    public static ColourMap Greys { get; } = new(t => new Oklab(1 - t, 0, 0));

    /// <summary>
    /// Blue over near-white to brown: for values around a middle, such as vectors that are added to the memory. Both ends are equally
    /// far from the middle.
    /// </summary>
    public static ColourMap Diverging { get; } = new(t =>
    {
        var middle = new Oklab(0.97, 0, 0);
        return t < 0.5
            ? Oklab.Mix(Oklab.FromPolar(0.48, 0.115, 255), middle, 2 * t)
            : Oklab.Mix(middle, Oklab.FromPolar(0.48, 0.115, 55), (2 * t) - 1);
    });

    /// <summary>The colour of a value that is not a number; it occurs in no map.</summary>
    public static Rgb NotANumber { get; } = new(0xff, 0x8c, 0x9e);

    /// <summary>The colour of a value; values beyond 0 and 1 get the colour of the nearer end.</summary>
    public Rgb this[double value] =>
        double.IsNaN(value) ? NotANumber : _colours[(int)Math.Round(Math.Clamp(value, 0, 1) * (Steps - 1))];

    private static Rgb[] AtEqualDistances(Func<double, Oklab> path)
    {
        Oklab[] samples = [.. Enumerable.Range(0, (Steps * SamplesPerStep) + 1).Select(i => path((double)i / (Steps * SamplesPerStep)))];
        double[] travelled = new double[samples.Length];
        for (int i = 1; i < samples.Length; i++)
        {
            travelled[i] = travelled[i - 1] + Oklab.Distance(samples[i - 1], samples[i]);
        }

        var colours = new Rgb[Steps];
        for (int i = 0; i < Steps; i++)
        {
            int nearest = Array.BinarySearch(travelled, travelled[^1] * i / (Steps - 1));
            colours[i] = samples[Math.Min(nearest < 0 ? ~nearest : nearest, samples.Length - 1)].ToRgb();
        }

        return colours;
    }
}
