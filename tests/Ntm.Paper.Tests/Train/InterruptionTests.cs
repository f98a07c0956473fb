using System.Diagnostics;
using System.Globalization;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Train;

/// <summary>A training may be interrupted at any moment: it resumes, and the result is bit-identical to that of one that was not.</summary>
public sealed class InterruptionTests : IDisposable
{
    /// <summary>How often the process is killed: a few times, or as often as <c>NTM_KILLS</c> says.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("NTM_KILLS") ?? "5", CultureInfo.InvariantCulture);

    private static readonly string[] Settings =
        ["--sequences", "30000", "--checkpoint-interval", "500", "--until", "end", "--threads", "1", .. TrainedRun.Small];

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Killed_at_any_moment_it_ends_in_the_same_bits()
    {
        var whole = Path.Combine(_folder, "whole");
        var clock = Stopwatch.StartNew();
        (await PaperProcess.RunAsync(["train", "copy", "--out", whole, .. Settings])).ExpectExit(0);
        var duration = clock.Elapsed;

        var random = new Random(2014);
        var (kills, trainings) = (0, 0);
        while (kills < Kills)
        {
            var run = Path.Combine(_folder, $"run-{trainings++}");
            while (true)
            {
                string[] arguments = File.Exists(Path.Combine(run, "settings.json")) ? ["train", "--resume", run] : ["train", "copy", "--out", run, .. Settings];
                using var process = Process.Start(PaperProcess.StartInfo(arguments))!;
                var finished = PaperProcess.FinishAsync(process);
                await Task.WhenAny(finished, Task.Delay(duration * random.NextDouble(), TestContext.Current.CancellationToken));
                // Enough kills: the last training may come to its end.
                if (kills < Kills && !finished.IsCompleted)
                {
                    process.Kill();
                    kills++;
                    await finished;
                    continue;
                }

                (await finished).ExpectExit(0);
                break;
            }

            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "model.safetensors")), File.ReadAllBytes(Path.Combine(run, "model.safetensors")));
            Assert.Equal(RunContent.History(whole), RunContent.History(run));
            // Nothing is left of files that were being written.
            Assert.Empty(Directory.EnumerateFiles(run, "*.tmp", SearchOption.AllDirectories));
        }

        TestContext.Current.SendDiagnosticMessage($"{kills} kills in {trainings} trainings of {duration.TotalSeconds:F1} s");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_saves_and_ends_the_training_within_two_seconds(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There are no such signals on this system.");
        var run = Path.Combine(_folder, signal);
        using var process = Process.Start(PaperProcess.StartInfo(["train", "copy", "--out", run, "--until", "end"]))!;
        var finished = PaperProcess.FinishAsync(process);
        var history = Path.Combine(run, "history.csv");
        while (!File.Exists(history) || File.ReadAllLines(history).Length < 3)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        // Nobody else may train there meanwhile.
        Assert.Contains("another process", (await PaperProcess.RunAsync("train", "--resume", run)).ExpectExit(1).Error, StringComparison.Ordinal);
        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var result = await finished;
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Contains($"train --resume {run}", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run, "model.safetensors")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run, "checkpoints")));
    }

    [Fact]
    public async Task A_training_that_was_interrupted_is_neither_replaced_nor_contradicted_by_accident()
    {
        var run = Path.Combine(_folder, "run");
        string[] train = ["train", "copy", "--sequences", "200", "--out", run, .. TrainedRun.Small];
        (await PaperProcess.RunAsync(train)).ExpectExit(0);
        // As if it had been killed before its end.
        File.Delete(Directory.GetFiles(Path.Combine(run, "checkpoints"), "checkpoint-*").Order().Last());

        var refused = (await PaperProcess.RunAsync(train)).ExpectExit(2);
        Assert.Contains($"train --resume {run}", refused.Error, StringComparison.Ordinal);
        foreach (var (option, value) in ((string, string)[])[("--lr", "0.25"), ("--batch-size", "2"), ("--max-length", "4"), ("--out", "elsewhere")])
        {
            var contradiction = (await PaperProcess.RunAsync("train", "--resume", run, option, value)).ExpectExit(2);
            Assert.Contains(option, contradiction.Error, StringComparison.Ordinal);
        }

        Assert.Contains("'recall'", (await PaperProcess.RunAsync("train", "recall", "--resume", run)).ExpectExit(2).Error, StringComparison.Ordinal);
        var longer = (await PaperProcess.RunAsync("train", "copy", "--resume", run, "--sequences", "240", "--report-interval", "10", "--json")).ExpectExit(0);
        Assert.Equal(240, longer.Json().GetProperty("sequencesSeen").GetInt64());
        // It has ended, and stays all the same.
        Assert.Contains("--overwrite", (await PaperProcess.RunAsync(train)).ExpectExit(2).Error, StringComparison.Ordinal);
        (await PaperProcess.RunAsync([.. train, "--overwrite"])).ExpectExit(0);
        Assert.Contains("nowhere", (await PaperProcess.RunAsync("train", "--resume", "nowhere")).ExpectExit(2).Error, StringComparison.Ordinal);
    }
}
