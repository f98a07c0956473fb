namespace Ntm.Figures;

/// <summary>Text of several lines.</summary>
internal static class CanvasText
{
    /// <summary>Draws lines one below the other, the first one's line box starting at <paramref name="topLeft"/>.</summary>
    public static void Lines(this ICanvas canvas, IReadOnlyList<string> lines, Point topLeft, TextStyle style)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            var at = new Point(topLeft.X, topLeft.Y + (i * style.LineHeight) + style.Size);
            canvas.Text(new PlacedText(lines[i], at, style), FigureStyle.Ink);
        }
    }
}
