using System.Diagnostics;
using System.Text.Json;

namespace Ntm.Paper.Tests.Support;

/// <summary>The program, run as a user runs it: a process of its own with its output redirected.</summary>
internal static class PaperProcess
{
    /// <summary>
    /// Its signals are as they are by default: what a shell without job control starts in the background ignores SIGINT, and so does all that
    /// comes from it, such as these tests.
    /// </summary>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        string[] program = ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Ntm.Paper.dll"), .. arguments];
        string[] all = OperatingSystem.IsLinux() ? ["env", "--default-signal", .. program] : program;
        return new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    public static async Task<PaperResult> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        return await FinishAsync(process);
    }

    public static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs it by a line of the shell, in which <c>$NTM</c> stands for the program.</summary>
    public static async Task<PaperResult> ShellAsync(string line)
    {
        var program = StartInfo();
        var shell = new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true };
        shell.Environment["NTM"] = string.Join(' ', program.ArgumentList.Prepend(program.FileName));
        using var process = Process.Start(shell)!;
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
