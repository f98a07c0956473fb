using System.Text.Json;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Output;

/// <summary>Standard output and error that are closed or full end no training.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-output-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(">/dev/full", "No space left on device", false)]
    [InlineData(">&-", "it is closed", false)]
    [InlineData("--json 2>/dev/full", "", true)]
    [InlineData("--json 2>&-", "", true)]
    [InlineData("<&- >&- 2>&-", "", false)]
    [InlineData("| true; exit ${PIPESTATUS[0]}", "", false)]
    public async Task A_training_goes_on(string redirection, string said, bool isJson)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /dev/full on this system.");
        var result = (await PaperProcess.ShellAsync($"$NTM train copy --sequences 50 --out '{Run}' {string.Join(' ', TrainedRun.Small)} {redirection}")).ExpectExit(0);
        Assert.Equal(said.Length > 0 ? 1 : 0, result.Error.Split('\n').Count(line => line.StartsWith("Standard output cannot be written", StringComparison.Ordinal)));
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Equal(50, JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "result.json"))).RootElement.GetProperty("sequencesSeen").GetInt64());
        if (isJson)
            Assert.Equal(50, result.Json().GetProperty("sequencesSeen").GetInt64());
    }

    [Fact]
    public async Task A_command_whose_result_is_lost_has_failed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /dev/full on this system.");
        Assert.Contains("No space left", (await PaperProcess.ShellAsync("$NTM evaluate copy --length 2 --sequences 2 >/dev/full")).ExpectExit(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_may_not_grow_is_said_and_leaves_what_was()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other shells have no ulimit -f.");
        Directory.CreateDirectory(Run);
        // Without it the runtime maps its code from a file, which may not grow either.
        var result = await PaperProcess.ShellAsync($"export DOTNET_EnableWriteXorExecute=0 DOTNET_EnableDiagnostics=0; ulimit -f 200; $NTM export copy --out '{Run}'");
        Assert.Contains("would be larger than a file may be here", result.ExpectExit(1).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Run));
    }

    [Fact]
    public async Task A_working_directory_that_is_gone_is_said()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux deletes a directory in which a process is.");
        var result = await PaperProcess.ShellAsync($"mkdir '{Run}' && cd '{Run}' && rmdir '{Run}' && $NTM train copy --sequences 10 {string.Join(' ', TrainedRun.Small)}");
        Assert.Equal("The working directory has been deleted; expected to be started in a folder that exists.", result.ExpectExit(1).Error.Trim());
    }
}
