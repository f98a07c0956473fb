namespace Ntm.Figures;

/// <summary>A point in figure units: one unit is one CSS pixel, y grows downwards.</summary>
internal readonly record struct Point(double X, double Y);

/// <summary>A rectangle in figure units.</summary>
internal readonly record struct Rect(double X, double Y, double Width, double Height)
{
    public double Right => X + Width;

    public double Bottom => Y + Height;

    public Rect Grown(double by) => new(X - by, Y - by, Width + (2 * by), Height + (2 * by));

    public IReadOnlyList<Point> Outline() => [new(X, Y), new(Right, Y), new(Right, Bottom), new(X, Bottom), new(X, Y)];
}

/// <summary>How a line is drawn; <paramref name="Dashes"/> alternates lengths of ink and gap, and none means solid.</summary>
internal readonly record struct Stroke(Rgb Colour, double Width, IReadOnlyList<double>? Dashes = null);
