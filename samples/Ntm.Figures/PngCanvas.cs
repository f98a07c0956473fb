using SkiaSharp;

namespace Ntm.Figures;

/// <summary>Draws onto pixels: two per figure unit, so that lines and letters are sharp on dense screens and in print.</summary>
internal sealed class PngCanvas : ICanvas, IDisposable
{
    public const int PixelsPerUnit = 2;

    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;

    public PngCanvas(double width, double height)
    {
        _bitmap = new SKBitmap(
            (int)Math.Ceiling(width * PixelsPerUnit), (int)Math.Ceiling(height * PixelsPerUnit), SKColorType.Rgba8888, SKAlphaType.Opaque);
        _canvas = new SKCanvas(_bitmap);
        _canvas.Clear(SKColors.White);
        _canvas.Scale(PixelsPerUnit);
    }

    /// <summary>The canvas for objects that draw themselves, in figure units.</summary>
    public SKCanvas Skia => _canvas;

    public byte[] Encode()
    {
        _canvas.Flush();
        using SKPixmap? pixels = _bitmap.PeekPixels();
        using SKData? data = pixels?.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.NoFilters, 6));
        return data?.ToArray() ?? throw new InvalidOperationException("The picture could not be encoded.");
    }

    public void Fill(Rect area, Rgb colour)
    {
        using SKPaint paint = Paint(colour);
        paint.IsAntialias = false;
        _canvas.DrawRect(ToSkia(area), paint);
    }

    public void Cells(Rect area, Rgb[,] colours)
    {
        double width = area.Width / colours.GetLength(0), height = area.Height / colours.GetLength(1);
        for (int column = 0; column < colours.GetLength(0); column++)
        {
            for (int row = 0; row < colours.GetLength(1); row++)
            {
                Fill(new Rect(area.X + (column * width), area.Y + (row * height), width, height), colours[column, row]);
            }
        }
    }

    public void Line(IReadOnlyList<Point> points, Rgb colour)
    {
        using SKPaint paint = Paint(colour);
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = 1;
        paint.StrokeJoin = SKStrokeJoin.Round;
        using var path = new SKPath();
        path.AddPoly([.. points.Select(p => new SKPoint((float)p.X, (float)p.Y))], close: points[0] == points[^1]);
        _canvas.DrawPath(path, paint);
    }

    public void Text(PlacedText text, Rgb colour)
    {
        using SKPaint paint = Paint(colour);
        using SKPath outline = Typesetter.Outline(text);
        _canvas.DrawPath(outline, paint);
    }

    public void Dispose()
    {
        _canvas.Dispose();
        _bitmap.Dispose();
    }

    private static SKPaint Paint(Rgb colour) => new() { Color = new SKColor(colour.R, colour.G, colour.B), IsAntialias = true };

    private static SKRect ToSkia(Rect area) => new((float)area.X, (float)area.Y, (float)area.Right, (float)area.Bottom);
}
