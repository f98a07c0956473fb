using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using SkiaSharp;

namespace Ntm.Figures;

/// <summary>
/// Makes a drawing from Skia independent of fonts: each text becomes its outlines, with the words next to them in
/// <c>aria-label</c> for screen readers and for search, like <see cref="SvgCanvas"/>.
/// </summary>
internal static class SvgText
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static string Outlined(Stream svg, string title)
    {
        XElement root = XDocument.Load(svg).Root!;
        root.SetAttributeValue("viewBox", $"0 0 {(string?)root.Attribute("width")} {(string?)root.Attribute("height")}");
        root.AddFirst(new XElement(s_svg + "title", title));
        foreach (XElement text in root.Descendants(s_svg + "text").ToList())
        {
            text.ReplaceWith(Outline(text));
        }

        Renumber(root);
        using var writer = new StringWriter();
        using (var xml = XmlWriter.Create(writer, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            root.Save(xml);
        }

        return writer.ToString() + "\n";
    }

    // Skia numbers clips by a counter of the process, so the same drawing would differ from one call to the next.
    private static void Renumber(XElement root)
    {
        foreach ((int number, XAttribute id) in root.Descendants().Attributes("id").ToList().Index())
        {
            string before = $"url(#{id.Value})";
            id.Value = string.Create(CultureInfo.InvariantCulture, $"clip{number}");
            foreach (XAttribute reference in root.Descendants().Attributes("clip-path").Where(a => a.Value == before).ToList())
            {
                reference.Value = $"url(#{id.Value})";
            }
        }
    }

    private static XElement Outline(XElement text)
    {
        string words = text.Value.Trim();
        var style = new TextStyle(Number("font-size"), Strong: (string?)text.Attribute("font-weight") is { } weight && weight is not "400" and not "normal");
        using SKPath path = Typesetter.Outline(new PlacedText(words, new Point(Number("x"), Number("y")), style));
        return new XElement(
            s_svg + "path",
            new XAttribute("role", "img"),
            new XAttribute("aria-label", words),
            text.Attributes().Where(a => a.Name.LocalName is "fill" or "fill-opacity" or "transform" or "clip-path"),
            new XAttribute("d", SvgPathData.Of(path)));

        // Skia writes a place for each character.
        double Number(string name) =>
            double.Parse(((string?)text.Attribute(name) ?? "0").Split(',')[0], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
