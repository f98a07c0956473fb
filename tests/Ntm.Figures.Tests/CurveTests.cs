namespace Ntm.Figures.Tests;

public class CurveTests
{
    [Fact]
    public void Runs_become_their_median_and_quantiles()
    {
        Curve curve = Curve.OfRuns("seeds", [0, 1], [[5, 1], [1, 2], [3, 3], [2, 4], [4, double.NaN]]);
        Assert.Equal([3, 2.5], curve.Y);
        Assert.Equal([2, 1.75], curve.Lower);
        Assert.Equal([4, 3.25], curve.Upper);
    }

    [Fact]
    public void Place_without_any_run_is_missing()
    {
        Curve curve = Curve.OfRuns("seeds", [0, 1], [[1, double.NaN], [3, double.NaN]]);
        Assert.Equal([2, double.NaN], curve.Y);
        Assert.Equal([1.5, double.NaN], curve.Lower);
    }

    [Fact]
    public void Bad_input_is_refused_by_name()
    {
        Assert.Throws<ArgumentException>("y", () => new Curve("run", [0, 1], [1]));
        Assert.Throws<ArgumentException>("y", () => new Curve("run", [], []));
        Assert.Throws<ArgumentException>("y", () => new Curve("run", [0, 1], [double.NaN, double.NaN]));
        Assert.Throws<ArgumentException>("x", () => new Curve("run", [1, 0], [1, 1]));
        Assert.Throws<ArgumentException>("x", () => new Curve("run", [0, double.NaN], [1, 1]));
        Assert.Throws<ArgumentException>("runs", () => Curve.OfRuns("seeds", [0, 1], []));
        Assert.Throws<ArgumentException>("runs", () => Curve.OfRuns("seeds", [0, 1], [[1, 2], [1]]));
        Assert.Throws<ArgumentException>("runs", () => Curve.OfRuns("seeds", [0], [[double.NaN]]));
        Assert.Throws<ArgumentException>("lower", () => Curve.OfRuns("seeds", [0], [[1]], lower: 0.6));
        Assert.Throws<ArgumentException>("upper", () => Curve.OfRuns("seeds", [0], [[1]], upper: double.NaN));
    }
}
