using System.Globalization;
using System.Text;
using System.Xml;
using SkiaSharp;

namespace Ntm.Figures;

/// <summary>
/// Writes scalable drawings. Text is written as outlines, so it looks the same in every viewer, with the words next to them in
/// <c>aria-label</c> for screen readers and for search.
/// </summary>
internal sealed class SvgCanvas : ICanvas, IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";

    private readonly StringBuilder _text = new();
    private readonly XmlWriter _xml;

    public SvgCanvas(double width, double height, string title)
    {
        _xml = XmlWriter.Create(_text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true });
        _xml.WriteStartElement("svg", Namespace);
        Attribute("width", Number(width));
        Attribute("height", Number(height));
        Attribute("viewBox", $"0 0 {Number(width)} {Number(height)}");
        _xml.WriteElementString("title", Namespace, title);
        Fill(new Rect(0, 0, width, height), new Rgb(255, 255, 255));
    }

    /// <summary>Ends the drawing and returns it.</summary>
    public string Finish()
    {
        _xml.WriteEndElement();
        _xml.Flush();
        return _text.Append('\n').ToString();
    }

    public void Dispose() => _xml.Dispose();

    public void Fill(Rect area, Rgb colour)
    {
        Start("rect");
        Attribute("x", Number(area.X));
        Attribute("y", Number(area.Y));
        Attribute("width", Number(area.Width));
        Attribute("height", Number(area.Height));
        Attribute("fill", colour.ToHex());
        _xml.WriteEndElement();
    }

    // One path per color instead of one element per cell, with adjacent cells of one color joined: a fraction of the size.
    public void Cells(Rect area, Rgb[,] colours)
    {
        int columns = colours.GetLength(0), rows = colours.GetLength(1);
        double width = area.Width / columns, height = area.Height / rows;
        Dictionary<Rgb, StringBuilder> paths = [];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0, end; column < columns; column = end)
            {
                Rgb colour = colours[column, row];
                for (end = column + 1; end < columns && colours[end, row] == colour;)
                {
                    end++;
                }

                if (!paths.TryGetValue(colour, out StringBuilder? path))
                {
                    paths.Add(colour, path = new StringBuilder());
                }

                string x = Number(area.X + (column * width)), y = Number(area.Y + (row * height)), run = Number((end - column) * width);
                path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{run}v{Number(height)}h-{run}z");
            }
        }

        Start("g");
        Attribute("shape-rendering", "crispEdges");
        foreach ((Rgb colour, StringBuilder path) in paths)
        {
            Start("path");
            Attribute("fill", colour.ToHex());
            Attribute("d", path.ToString());
            _xml.WriteEndElement();
        }

        _xml.WriteEndElement();
    }

    public void Line(IReadOnlyList<Point> points, Rgb colour)
    {
        Start("path");
        Attribute("d", PathData(points));
        Attribute("fill", "none");
        Attribute("stroke", colour.ToHex());
        Attribute("stroke-width", "1");
        Attribute("stroke-linejoin", "round");
        _xml.WriteEndElement();
    }

    public void Text(PlacedText text, Rgb colour)
    {
        using SKPath outline = Typesetter.Outline(text);
        Start("path");
        Attribute("role", "img");
        Attribute("aria-label", text.Value);
        Attribute("fill", colour.ToHex());
        Attribute("d", SvgPathData.Of(outline));
        _xml.WriteEndElement();
    }

    private static string Number(double value) => SvgPathData.Number(value);

    private static string PathData(IReadOnlyList<Point> points)
    {
        var path = new StringBuilder();
        foreach (Point point in points)
        {
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Number(point.X)).Append(' ').Append(Number(point.Y));
        }

        return (points[0] == points[^1] ? path.Append('Z') : path).ToString();
    }

    private void Start(string element) => _xml.WriteStartElement(element, Namespace);

    private void Attribute(string name, string value) => _xml.WriteAttributeString(name, value);
}
