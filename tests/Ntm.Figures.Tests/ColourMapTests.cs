namespace Ntm.Figures.Tests;

public class ColourMapTests
{
    [Fact]
    public void Equal_steps_look_equally_large()
    {
        foreach (ColourMap map in (ColourMap[])[ColourMap.Sequential, ColourMap.Greys, ColourMap.Diverging])
        {
            Oklab[] colours = [.. Enumerable.Range(0, 17).Select(i => ToOklab(map[i / 16.0]))];
            double[] steps = [.. colours.Zip(colours.Skip(1), Oklab.Distance)];
            Assert.All(steps, step => Assert.InRange(step, 0.85 * steps.Average(), 1.15 * steps.Average()));
        }
    }

    [Fact]
    public void Lightness_alone_tells_the_order()
    {
        Assert.True(IsAscending(Lightness(ColourMap.Sequential, 0, 1)));
        Assert.True(IsAscending(Lightness(ColourMap.Greys, 1, 0)));
        Assert.True(IsAscending(Lightness(ColourMap.Diverging, 0, 0.5)));
        Assert.True(IsAscending(Lightness(ColourMap.Diverging, 1, 0.5)));

        static bool IsAscending(double[] values) => values.Zip(values.Skip(1)).All(pair => pair.Second > pair.First);
    }

    [Fact]
    public void Greys_go_from_white_to_black()
    {
        Assert.Equal(new Rgb(255, 255, 255), ColourMap.Greys[0]);
        Assert.Equal(new Rgb(0, 0, 0), ColourMap.Greys[1]);
    }

    [Fact]
    public void Middle_of_the_diverging_map_is_neutral()
    {
        Rgb middle = ColourMap.Diverging[0.5];
        Assert.Equal(middle.R, middle.G);
        Assert.Equal(middle.G, middle.B);
        Assert.True(middle.R > 240);
    }

    [Fact]
    public void Values_beyond_get_the_colour_of_the_end_and_missing_ones_their_own()
    {
        ColourMap map = ColourMap.Sequential;
        Assert.Equal(map[0], map[double.NegativeInfinity]);
        Assert.Equal(map[1], map[1.5]);
        Assert.Equal(ColourMap.NotANumber, map[double.NaN]);
        Assert.DoesNotContain(ColourMap.NotANumber, Enumerable.Range(0, 257).Select(i => map[i / 256.0]));
    }

    private static double[] Lightness(ColourMap map, double from, double to) =>
        [.. Enumerable.Range(0, 17).Select(i => ToOklab(map[double.Lerp(from, to, i / 16.0)]).L)];

    private static Oklab ToOklab(Rgb colour)
    {
        double r = Linear(colour.R), g = Linear(colour.G), b = Linear(colour.B);
        double l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        double m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        double s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return new Oklab(
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s));

        static double Linear(byte value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);
    }
}
