using System.Diagnostics;

namespace Ntm.Benchmarks.Reports;

/// <summary>Times of repeated runs, in us per unit of work. The machines are shared: the median shows what a user sees, the
/// minimum what the code costs.</summary>
internal readonly record struct Timing(double Median, double Minimum)
{
    public override string ToString() => $"{Median:F2} ({Minimum:F2})";

    /// <param name="run">The code to time.</param>
    /// <param name="units">The units of work in a run.</param>
    /// <param name="seconds">The duration of the repetition.</param>
    public static Timing Of(Action run, double units, double seconds)
    {
        var warm = Stopwatch.GetTimestamp();
        // The JIT optimizes hot loops in the background during the first second.
        for (var i = 0; i < 3 || Stopwatch.GetElapsedTime(warm).TotalSeconds < 1; i++)
            run();
        var times = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        while (times.Count < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
            times.Add(Once(run) / units);
        return Of(times);
    }

    /// <summary>One run, in us.</summary>
    public static double Once(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    public static Timing Of(List<double> times)
    {
        times.Sort();
        return new Timing(times[times.Count / 2], times[0]);
    }
}
