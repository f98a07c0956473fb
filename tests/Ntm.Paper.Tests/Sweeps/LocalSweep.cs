using System.Diagnostics;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Sweeps;

/// <summary>Classes that share a sweep.</summary>
[CollectionDefinition(LocalSweep.Tests)]
public sealed class LocalSweepTests : ICollectionFixture<LocalSweep>;

/// <summary>A sweep of four short trainings that one program ran without interruption, with which others are compared.</summary>
public sealed class LocalSweep : IAsyncLifetime
{
    internal const string Tests = "sweeps";

    internal static readonly string[] Small =
        ["--max-length", "3", "--controller-size", "16", "--memory-locations", "8", "--memory-width", "6", "--batch-size", "4", "--report-interval", "40"];

    /// <summary>The words of the sweep, without its folder.</summary>
    internal static readonly string[] Words =
        ["copy", "--vary", "lr=1e-3,3e-3", "--vary", "memory=constant,random", "--seeds", "2", "--sequences", "403", "--checkpoint-interval", "100", .. Small];

    internal string Folder { get; } = Directory.CreateTempSubdirectory("ntm-sweeps-").FullName;

    internal string Sweep => Path.Combine(Folder, "local");

    internal PaperResult Result { get; private set; } = null!;

    /// <summary>The standard output of <c>collect --no-times --json</c>.</summary>
    internal string Collected { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Result = (await PaperProcess.RunAsync(["sweep", .. Words, "--out", Sweep, "--json"])).ExpectExit(0);
        Collected = await CollectAsync(Sweep);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The program in its own group of processes, which a machine that fails takes with it.</summary>
    internal static Process StartGroup(params string[] arguments)
    {
        var program = PaperProcess.StartInfo(arguments);
        return Process.Start(new ProcessStartInfo("setsid", [program.FileName, .. program.ArgumentList]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Kills a program and its trainings at once.</summary>
    /// <remarks>By the shell's own kill: that of procps 4.0 takes the first digit of a group after a signal for the group, and -1 is every process of the system.</remarks>
    internal static async Task KillGroupAsync(Process process)
    {
        Assert.True(process.Id > 1);
        using var kill = Process.Start(new ProcessStartInfo("bash", ["-c", "kill -KILL -- \"-$1\"", "bash", $"{process.Id}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    internal static async Task<string> CollectAsync(string sweep) => (await PaperProcess.RunAsync("collect", sweep, "--no-times", "--json")).ExpectExit(0).Output;

    /// <summary>Everything that does not depend on when and where it was trained is bit-identical to the local sweep.</summary>
    internal async Task AssertSameAsync(string sweep)
    {
        Assert.Equal(Collected, await CollectAsync(sweep));
        foreach (var file in (string[])["sweep.csv", "by-lr.png", "by-lr.svg", "by-memory.png", "by-memory.svg", "definition.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(Sweep, file)), File.ReadAllBytes(Path.Combine(sweep, file)));
        foreach (var training in Directory.GetDirectories(Sweep))
        {
            var other = Path.Combine(sweep, Path.GetFileName(training));
            Assert.Equal(RunContent.Weights(training), RunContent.Weights(other));
            Assert.Equal(RunContent.History(training), RunContent.History(other));
        }
    }

    /// <summary>How often each training was completed, by what programs printed.</summary>
    internal static Dictionary<string, int> Completed(params PaperResult[] results) => results.SelectMany(r => (r.Output + r.Error).Split('\n'))
        .Where(line => line.Contains(": completed after", StringComparison.Ordinal)).Select(line => line.Split(':')[0].Trim()).CountBy(name => name).ToDictionary();
}
