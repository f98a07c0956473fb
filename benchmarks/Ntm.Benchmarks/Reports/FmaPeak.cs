using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ntm.Benchmarks.Reports;

/// <summary>Measures what one core reaches with independent fused multiply-adds on registers only: the yardstick of the engine.</summary>
internal static class FmaPeak
{
    private const int Rounds = 1_000_000;

    /// <summary>The floating-point operations of one <see cref="Run"/>: ten vectors of eight, two operations each.</summary>
    private const double Operations = 10.0 * 8 * 2 * Rounds;

    /// <summary>Runs one burst of about two milliseconds and returns GFLOP/s.</summary>
    public static double Burst()
    {
        var start = Stopwatch.GetTimestamp();
        var result = Run(1.0000001f);
        var time = Stopwatch.GetElapsedTime(start);
        return float.IsNaN(result) ? 0 : Operations / time.TotalSeconds / 1e9;
    }

    // Not inlined, and the result is used: otherwise the JIT would not compute it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Run(float seed)
    {
        var x = Vector256.Create(seed);
        var (a, b, c, d, e) = (x, x, x, x, x);
        var (f, g, h, i, j) = (x, x, x, x, x);
        for (var r = 0; r < Rounds; r++)
        {
            a = Vector256.MultiplyAddEstimate(a, x, x);
            b = Vector256.MultiplyAddEstimate(b, x, x);
            c = Vector256.MultiplyAddEstimate(c, x, x);
            d = Vector256.MultiplyAddEstimate(d, x, x);
            e = Vector256.MultiplyAddEstimate(e, x, x);
            f = Vector256.MultiplyAddEstimate(f, x, x);
            g = Vector256.MultiplyAddEstimate(g, x, x);
            h = Vector256.MultiplyAddEstimate(h, x, x);
            i = Vector256.MultiplyAddEstimate(i, x, x);
            j = Vector256.MultiplyAddEstimate(j, x, x);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
    }
}
