using System.Reflection;
using SkiaSharp;

namespace Ntm.Figures.Tests;

public class BundledFontTests
{
    [Fact]
    public void Typefaces_come_from_the_embedded_data()
    {
        Assert.Equal("Inter", BundledFont.Regular.FamilyName);
        Assert.Equal("Inter", BundledFont.Strong.FamilyName.Split(' ')[0]);
        Assert.Equal((int)SKFontStyleWeight.Normal, BundledFont.Regular.FontWeight);
        Assert.Equal((int)SKFontStyleWeight.SemiBold, BundledFont.Strong.FontWeight);
    }

    [Fact]
    public void Every_character_that_figures_use_has_a_glyph()
    {
        string characters = string.Concat(Enumerable.Range(0x20, 0x7f - 0x20).Select(c => (char)c)) + "\u2212≤≥×–·±µ";
        Assert.True(BundledFont.Regular.ContainsGlyphs(characters));
        Assert.True(BundledFont.Strong.ContainsGlyphs(characters));
    }

    [Theory]
    [InlineData("Inter")]
    [InlineData("a font that does not exist")]
    public void Plots_get_the_embedded_typefaces_whatever_they_ask_for(string name)
    {
        PlotFont.Register();
        Assert.Equal("Inter", ScottPlot.Fonts.GetTypeface(name, bold: false, italic: false).FamilyName);
        Assert.Equal("Inter", ScottPlot.Fonts.GetTypeface(name, bold: true, italic: false).FamilyName.Split(' ')[0]);
    }

    [Fact]
    public void File_that_the_archive_lacks_is_named()
    {
        using Stream archive = Archive();
        var error = Assert.Throws<InvalidDataException>(() => FontArchive.Read(archive, "/Assets/None.ttf"));
        Assert.Contains("/Assets/None.ttf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assembly_without_archive_is_refused()
    {
        using Stream other = File.OpenRead(typeof(BundledFontTests).Assembly.Location);
        Assert.Throws<InvalidDataException>(() => FontArchive.Read(other, "/Assets/Inter-Regular.ttf"));
    }

    private static Stream Archive()
    {
        Assembly sample = typeof(BundledFont).Assembly;
        return sample.GetManifestResourceStream("Ntm.Figures.Fonts")!;
    }
}
