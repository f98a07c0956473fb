using System.Globalization;
using System.Text;
using SkiaSharp;

namespace Ntm.Figures;

/// <summary>Writes outlines as SVG path data. Two decimals are a fiftieth of the finest line: finer only makes the file bigger.</summary>
internal static class SvgPathData
{
    public static string Of(SKPath path)
    {
        var data = new StringBuilder();
        using SKPath.RawIterator segments = path.CreateRawIterator();
        var points = new SKPoint[4];
        for (SKPathVerb verb = segments.Next(points); verb != SKPathVerb.Done; verb = segments.Next(points))
        {
            // Glyph outlines have no conics; the first point of a segment is where the last one ended.
            (char command, Range fresh) = verb switch
            {
                SKPathVerb.Move => ('M', ..1),
                SKPathVerb.Line => ('L', 1..2),
                SKPathVerb.Quad => ('Q', 1..3),
                SKPathVerb.Cubic => ('C', 1..4),
                SKPathVerb.Close => ('Z', ..0),
                _ => throw new NotSupportedException($"Outlines with {verb} segments are not supported."),
            };
            data.Append(command).AppendJoin(' ', points[fresh].Select(p => $"{Number(p.X)} {Number(p.Y)}"));
        }

        return data.ToString();
    }

    public static string Number(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);
}
