using System.Diagnostics;
using TorchSharp;

namespace Ntm.Tests.Shared;

/// <summary>Memory over many iterations: the tensors that are alive by TorchSharp's own count, and the process's resident set.</summary>
internal static class FlatMemory
{
    /// <summary>Requires that neither grows.</summary>
    /// <param name="iterations">Iterations in a span; a tenth of them (at least 100) unless the environment has <c>NTM_FULL_SIZE=1</c>, with which they take minutes.</param>
    /// <param name="iterate">One iteration.</param>
    public static void Measure(int iterations, Action iterate)
    {
        iterations = Environment.GetEnvironmentVariable("NTM_FULL_SIZE") == "1" ? iterations : Math.Max(100, iterations / 10);
        for (var i = 0; i < 200; i++)
            iterate();
        // A leak grows without end. What grows once (the JIT, the collector's heap, the allocator's arenas) does not grow in three spans in a row.
        var grown = new List<double>();
        do
        {
            var (alive, resident) = (Alive(), Resident());
            for (var i = 0; i < iterations; i++)
                iterate();
            Assert.Equal(alive, Alive());
            grown.Add((double)Resident() / resident - 1);
        }
        while (grown[^1] > 0.03 && grown.Count < 3);
        Assert.True(grown[^1] <= 0.03, $"The resident set grew by {string.Join(", then by ", grown.Select(g => g.ToString("P1")))} in {iterations} iterations each.");
    }

    private static long Alive() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.WorkingSet64;
    }
}
