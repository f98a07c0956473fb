using System.Diagnostics;
using System.Text.Json;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Processes;

/// <summary>Signals end every command with a sentence, and trainings save.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-signals-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public SignalTests() => Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There are no such signals on this system.");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    [InlineData("XFSZ")]
    public async Task A_training_saves_and_ends(string signal)
    {
        var result = (await SignalledAsync(["train", "copy", "--out", Run, "--until", "end", "--sequences", "100000000", .. TrainedRun.Small], [signal])).ExpectExit(0);
        Assert.Contains($"train --resume {Run}", result.Output, StringComparison.Ordinal);
        Assert.Equal("cancelled", JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "result.json"))).RootElement.GetProperty("outcome").GetString());
    }

    /// <summary>A single batch of these takes minutes.</summary>
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task During_a_long_batch_it_ends_all_the_same_and_a_second_signal_ends_it_at_once(string signal, int code)
    {
        string[] train = ["train", "copy", "--min-length", "20000", "--max-length", "20000", "--batch-size", "64", "--out", Run];
        var one = (await SignalledAsync(train, [signal])).ExpectExit(code);
        Assert.Contains($"Ended by SIG{signal}", one.Error, StringComparison.Ordinal);
        Assert.Contains($"train --resume {Run}", one.Error, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Run, "checkpoints"), "checkpoint-*.safetensors"));

        var two = (await SignalledAsync(["train", "--resume", Run], [signal, signal])).ExpectExit(code);
        Assert.Contains("second signal", two.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", one.Error + two.Error, StringComparison.Ordinal);
    }

    /// <summary>Signals like those of <c>timeout</c>, to the process and to its group.</summary>
    [Fact]
    public async Task The_same_signal_twice_in_a_moment_is_one()
    {
        var result = (await SignalledAsync(["train", "copy", "--out", Run, "--until", "end", "--sequences", "100000000", .. TrainedRun.Small], ["TERM", "TERM"], pause: 0)).ExpectExit(0);
        Assert.Contains($"train --resume {Run}", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Commands_that_save_nothing_end_with_a_sentence(int signals)
    {
        using var process = Process.Start(PaperProcess.StartInfo("evaluate", "copy", "--length", "20000", "--sequences", "1000"))!;
        var finished = PaperProcess.FinishAsync(process);
        // Until it computes: before that there is nothing to wait for.
        await Task.Delay(2500, TestContext.Current.CancellationToken);
        await SendAsync(process, Enumerable.Repeat("INT", signals), 800);
        var result = (await finished).ExpectExit(130);
        Assert.Contains("SIGINT", Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    /// <summary>Sends signals as soon as the training is on its way.</summary>
    private static async Task<PaperResult> SignalledAsync(string[] arguments, string[] signals, int pause = 800)
    {
        using var process = Process.Start(PaperProcess.StartInfo(arguments))!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        // The first line says that it trains.
        var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        // And then it soon computes, busy as the machine may be.
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        await SendAsync(process, signals, pause);
        var output = first + "\n" + await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new PaperResult(process.ExitCode, output, await error);
    }

    private static async Task SendAsync(Process process, IEnumerable<string> signals, int pause)
    {
        // All by one shell, which is there before the first: on a busy machine a process takes longer to start than the pause.
        FormattableString Kill(string signal) => $"kill -s {signal} {process.Id}; sleep {pause / 1000.0}";
        using var shell = Process.Start("sh", ["-c", string.Join("; ", signals.Select(signal => FormattableString.Invariant(Kill(signal))))]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
