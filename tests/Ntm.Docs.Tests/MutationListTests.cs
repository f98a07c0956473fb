using System.Diagnostics;

namespace Ntm.Docs.Tests;

/// <summary>
/// The lists of mutations change the sources as they are. A mutation whose expression no longer matches takes out nothing, and the term that it
/// stands for is no longer checked; that would show only in the next full run, which takes half an hour.
/// </summary>
public class MutationListTests
{
    [Theory]
    [InlineData("Cpu")]
    [InlineData("Cuda")]
    public void Each_changes_one_file(string engine)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs bash.");
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(Documents.Root, "tests", "Ntm.Core.Tests", "Engines", engine, "mutations.sh"));
        start.ArgumentList.Add("--check");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.Matches(@"^(\d+) of \1 mutations change the sources\s*$", output);
    }
}
