namespace Ntm.Figures;

/// <summary>
/// Turns values into lines to draw: cut where values are missing, and thinned out where there are many more values than pixels,
/// such that every column of pixels keeps its first, lowest, highest and last value. The picture stays the same, the file small.
/// </summary>
internal static class CurvePieces
{
    public static IReadOnlyList<Point[]> Of(
        IReadOnlyList<double> xs, IReadOnlyList<double> ys, Func<double, double> toX, Func<double, double> toY)
    {
        List<Point[]> pieces = [];
        List<Point> piece = [];
        for (int i = 0; i < xs.Count; i++)
        {
            if (double.IsFinite(ys[i]))
            {
                piece.Add(new Point(toX(xs[i]), toY(ys[i])));
            }
            else
            {
                EndPiece();
            }
        }

        EndPiece();
        return pieces;

        void EndPiece()
        {
            if (piece.Count == 1)
            {
                // A lone value would be invisible as a line: make it a dash as long as it is thick.
                Point only = piece[0];
                pieces.Add([only with { X = only.X - 1 }, only with { X = only.X + 1 }]);
            }
            else if (piece.Count > 1)
            {
                pieces.Add([.. Thinned(piece)]);
            }

            piece = [];
        }
    }

    private static IEnumerable<Point> Thinned(List<Point> points)
    {
        for (int start = 0, end; start < points.Count; start = end)
        {
            long column = Column(points[start]);
            int lowest = start, highest = start;
            for (end = start + 1; end < points.Count && Column(points[end]) == column; end++)
            {
                lowest = points[end].Y > points[lowest].Y ? end : lowest;
                highest = points[end].Y < points[highest].Y ? end : highest;
            }

            foreach (int kept in new SortedSet<int> { start, lowest, highest, end - 1 })
            {
                yield return points[kept];
            }
        }
    }

    private static long Column(Point point) => (long)Math.Floor(point.X * PngCanvas.PixelsPerUnit);
}
