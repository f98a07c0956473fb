using Ntm.Core;
using Ntm.Figures;

namespace Ntm.Benchmarks.Reports;

/// <summary>Measures how the cost grows with each size, with the others fixed: a table, and a figure in which linear growth is a straight line.</summary>
internal static class GrowthReport
{
    public static void Print(string folder)
    {
        Directory.CreateDirectory(folder);
        Console.WriteLine("One thread; minima. The last column is the ratio of the last cost to the first, and of the last size to the first.");
        Console.WriteLine();
        Console.WriteLine("| Size | Sizes | ms | Growth |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Row(folder, "T", "ms per sequence", [20, 80, 320, 1280], t => Milliseconds(new NtmOptions(), t, 4) / 4);
        Row(folder, "B", "ms per batch of T = 41", [4, 16, 64, 256], b => Milliseconds(new NtmOptions(), CopyRuns.Steps, b));
        Row(folder, "N", "ms per step", [128, 512, 2048, 8192], n => Milliseconds(new NtmOptions { MemoryLocations = n }, 20, 4) / 80);
        Row(folder, "M", "ms per step", [20, 40, 80, 160, 320], m => Milliseconds(new NtmOptions { MemoryWidth = m }, 20, 4) / 80);
    }

    private static void Row(string folder, string size, string unit, int[] sizes, Func<int, double> measure)
    {
        double[] costs = [.. sizes.Select(measure)];
        Console.WriteLine(
            $"| {size} ({unit}) | {string.Join(", ", sizes)} | {string.Join(", ", costs.Select(c => c.ToString("G3")))} | {costs[^1] / costs[0]:F1} for {sizes[^1] / sizes[0]} |");
        var figure = new CurveFigure($"Cost by {size}", new CurvePanel(unit, new Curve("", [.. sizes.Select(s => (double)s)], costs))) { XLabel = size, XUnit = 1 };
        File.WriteAllBytes(Path.Combine(folder, $"growth-{size}.png"), figure.ToPng());
    }

    private static double Milliseconds(NtmOptions options, int steps, int batch) =>
        CopyRuns.Engine(options, steps, batch, threads: 1, seconds: 1).Minimum * steps * batch / 1e3;
}
