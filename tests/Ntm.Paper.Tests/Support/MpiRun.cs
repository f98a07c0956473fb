using System.Diagnostics;
using System.Globalization;

namespace Ntm.Paper.Tests.Support;

/// <summary>The program, started as several processes by Debian's Open MPI or MPICH.</summary>
internal static class MpiRun
{
    /// <summary>The launchers.</summary>
    public static string[] All => ["openmpi", "mpich"];

    /// <summary>Skips the test if a launcher is not installed.</summary>
    /// <param name="launcher">One of <see cref="All"/>.</param>
    public static void Require(string launcher)
    {
        if (!File.Exists(Program(launcher)))
            Assert.Skip($"{launcher} is not installed ('apt-get install openmpi-bin mpich').");
    }

    /// <summary>Starts processes with the same arguments.</summary>
    public static Process Start(string launcher, int ranks, params string[] arguments) => Start(launcher, [(ranks, [], arguments)]);

    /// <summary>Runs processes with the same arguments.</summary>
    public static async Task<PaperResult> RunAsync(string launcher, int ranks, params string[] arguments)
    {
        using var process = Start(launcher, ranks, arguments);
        return await PaperProcess.FinishAsync(process);
    }

    /// <summary>Runs groups of processes with different environments and arguments.</summary>
    public static async Task<PaperResult> RunAsync(string launcher, params (int Ranks, string[] Variables, string[] Arguments)[] groups)
    {
        using var process = Start(launcher, groups);
        return await PaperProcess.FinishAsync(process);
    }

    private static string Program(string launcher) => $"/usr/bin/mpirun.{launcher}";

    private static Process Start(string launcher, (int Ranks, string[] Variables, string[] Arguments)[] groups)
    {
        List<string> line = ["120", Program(launcher)];
        if (launcher == "openmpi")
            line.Add("--oversubscribe");
        foreach (var (ranks, variables, arguments) in groups)
        {
            if (line.Count > 3)
                line.Add(":");
            line.AddRange(["-n", ranks.ToString(CultureInfo.InvariantCulture), "env", .. variables, "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Ntm.Paper.dll"), .. arguments]);
        }

        // A launcher that does not end would block the tests.
        var start = new ProcessStartInfo("timeout", line) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        // Containers have no other user.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
