using SkiaSharp;

namespace Ntm.Figures.Tests;

/// <summary>A decoded PNG, asked in figure units.</summary>
internal sealed class Picture
{
    private const int PixelsPerUnit = 2;

    private readonly SKColor[] _pixels;
    private readonly int _pixelsPerRow;

    public Picture(Figure figure)
    {
        using SKBitmap bitmap = SKBitmap.Decode(figure.ToPng());
        _pixels = bitmap.Pixels;
        _pixelsPerRow = bitmap.Width;
    }

    public double Width => (double)_pixelsPerRow / PixelsPerUnit;

    public double Height => (double)_pixels.Length / _pixelsPerRow / PixelsPerUnit;

    public Rgb this[double x, double y] => Pixel((int)(x * PixelsPerUnit), (int)(y * PixelsPerUnit));

    /// <summary>The share of pixels in an area that are not white.</summary>
    public double Ink(Rect area) => Pixels(area).Average(p => p == new Rgb(255, 255, 255) ? 0.0 : 1.0);

    public int Count(Rect area, Rgb colour) => Pixels(area).Count(p => p == colour);

    /// <summary>The share of ink in a frame of a few units along the picture's edges: none if nothing is cut off.</summary>
    public double InkAtEdges(double width = 4) => Ink(new Rect(0, 0, Width, width)) + Ink(new Rect(0, Height - width, Width, width))
        + Ink(new Rect(0, 0, width, Height)) + Ink(new Rect(Width - width, 0, width, Height));

    private IEnumerable<Rgb> Pixels(Rect area)
    {
        for (int y = (int)(area.Y * PixelsPerUnit); y < (int)(area.Bottom * PixelsPerUnit); y++)
        {
            for (int x = (int)(area.X * PixelsPerUnit); x < (int)(area.Right * PixelsPerUnit); x++)
            {
                yield return Pixel(x, y);
            }
        }
    }

    private Rgb Pixel(int x, int y)
    {
        SKColor colour = _pixels[(y * _pixelsPerRow) + x];
        return new Rgb(colour.Red, colour.Green, colour.Blue);
    }
}
