using System.Diagnostics;
using System.Text.Json;

namespace Ntm.Paper.Tests.Commands;

/// <summary>The program, run as a user runs it: a process of its own with its output redirected.</summary>
internal static class PaperProcess
{
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Ntm.Paper.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>As above, with signals as they are by default: what a shell without job control starts in the background ignores SIGINT, and so does all that comes from it.</summary>
    public static ProcessStartInfo StartInfoWithSignals(params IEnumerable<string> arguments)
    {
        var start = StartInfo(arguments);
        if (!OperatingSystem.IsLinux())
            return start;
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "--default-signal");
        start.FileName = "env";
        return start;
    }

    public static async Task<PaperResult> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        return await FinishAsync(process);
    }

    public static async Task<PaperResult> FinishAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new PaperResult(process.ExitCode, await output, await error);
    }
}

internal sealed record PaperResult(int ExitCode, string Output, string Error)
{
    /// <summary>The last line of standard output as JSON.</summary>
    public JsonElement Json() => JsonDocument.Parse(Output.TrimEnd('\n').Split('\n')[^1]).RootElement;

    public PaperResult ExpectExit(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode}, expected {code}{Environment.NewLine}{Output}{Environment.NewLine}{Error}");
        return this;
    }
}
