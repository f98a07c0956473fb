using System.Diagnostics;
using System.Text.RegularExpressions;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Runs;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Reproduce;

public sealed partial class ReproduceTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-reproduce-").FullName;

    private string Out => Path.Combine(_folder, "out");

    private string ReportFolder => Path.Combine(Out, "report");

    private string[] Arguments => ["reproduce", "--budget", TinyBudget.Write(_folder), "--out", Out, "--trained-only", "--json"];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task All_are_trained_measured_and_told_and_nothing_is_done_twice()
    {
        (await PaperProcess.RunAsync(Arguments)).ExpectExit(0);
        var report = RecordFile.Read<PaperReport>(Path.Combine(ReportFolder, "results.json"))!;
        Assert.Equal(5, report.Tasks.Count);
        foreach (var task in report.Tasks)
        {
            Assert.Equal(["ntm-lstm", "ntm-ff", "lstm"], task.Architectures.Select(a => a.Name));
            Assert.All(task.Architectures, a => Assert.Equal((1, false), (a.Seeds!.Trainings.Count, a.Model!.IsShipped)));
            Assert.All(task.Comparisons, row => Assert.All(row.Ours, value => Assert.NotNull(value)));
            Assert.Contains(task.Figures, f => f.File.EndsWith("learning-curves", StringComparison.Ordinal));
            Assert.Contains(task.Figures, f => f.File.EndsWith("memory", StringComparison.Ordinal));
            Assert.All(task.Figures, f => Assert.True(File.Exists(Path.Combine(ReportFolder, f.File + ".svg"))));
        }

        Assert.Equal(MarkdownReport.Of(report, _ => true), File.ReadAllText(Path.Combine(ReportFolder, "results.md")));
        var page = File.ReadAllText(Path.Combine(ReportFolder, "index.html"));
        foreach (var shown in report.Tasks.SelectMany(t => t.Comparisons).SelectMany(c => c.Ours))
            Assert.Contains(ReportText.Number(shown), page, StringComparison.Ordinal);
        Assert.Contains("--seed 9 ", Assert.Single(report.Tasks[0].Architectures[1].Further).Command, StringComparison.Ordinal);
        foreach (var training in report.Tasks.SelectMany(t => t.Architectures).SelectMany(a => a.Trainings))
            Assert.Contains($"<code>{training.Command}</code></td>", page, StringComparison.Ordinal);
        CheckLinks(page, report);

        // The cards are what 'evaluate' gives.
        var copy = Path.Combine(Out, "tiny", "copy-ntm-ff", "seed-1");
        var evaluated = (await PaperProcess.RunAsync("evaluate", copy, "--sequences", "2", "--json")).ExpectExit(0).Json();
        Assert.Equal(
            ModelCard.Read(copy)!.Results.Select(r => (r.Name, r.MeanCost)),
            evaluated.GetProperty("results").EnumerateArray().Select(r => (r.GetProperty("name").GetString()!, r.GetProperty("costBits").GetDouble())));

        // A training that is missing is made up for; the others stay as they are.
        var (models, before) = (Models(), File.ReadAllText(Path.Combine(ReportFolder, "results.md")));
        Assert.Equal(9, ModelCard.Read(Path.Combine(Out, "tiny", "copy-ntm-ff", "further-1"))!.Seed);
        Directory.Delete(copy, recursive: true);
        var again = (await PaperProcess.RunAsync(Arguments)).ExpectExit(0);
        Assert.Contains("16 trainings, of which 15 are done", again.Error, StringComparison.Ordinal);
        var rewritten = Assert.Single(Models().Except(models));
        Assert.StartsWith(copy, rewritten.Path, StringComparison.Ordinal);
        Assert.Equal(WithoutTimes(before), WithoutTimes(File.ReadAllText(Path.Combine(ReportFolder, "results.md"))));

        // Published whole, and then one of its tasks again: the rest stays.
        var root = Path.Combine(_folder, "published");
        (await PaperProcess.RunAsync([.. Arguments, "--publish", root])).ExpectExit(0);
        var published = File.ReadAllText(Path.Combine(root, "docs", "results.md"));
        Directory.Delete(Path.Combine(Out, "tiny", "ngram-ntm-ff"), recursive: true);
        (await PaperProcess.RunAsync([.. Arguments, "--tasks", "ngram", "--publish", root])).ExpectExit(0);
        Assert.Equal(WithoutTimes(published), WithoutTimes(File.ReadAllText(Path.Combine(root, "docs", "results.md"))));
        Assert.Single(RecordFile.Read<PaperReport>(Path.Combine(ReportFolder, "results.json"))!.Tasks);
        Assert.True(File.Exists(Path.Combine(root, "models", "ngram-ntm-lstm", "model.safetensors")));
    }

    [Fact]
    public async Task A_training_that_fails_is_told_and_the_others_go_on()
    {
        // A file where the folder of a training would be.
        Directory.CreateDirectory(Path.Combine(Out, "tiny", "ngram-lstm"));
        File.WriteAllText(Path.Combine(Out, "tiny", "ngram-lstm", "seed-1"), "");
        (await PaperProcess.RunAsync([.. Arguments, "--tasks", "ngram"])).ExpectExit(1);
        var task = Assert.Single(RecordFile.Read<PaperReport>(Path.Combine(ReportFolder, "results.json"))!.Tasks);
        Assert.Equal([0, 0, 1], task.Architectures.Select(a => a.Failures.Count));
        Assert.Contains("seed 1", task.Architectures[2].Failures[0], StringComparison.Ordinal);
        Assert.Null(task.Architectures[2].Model);
        Assert.Contains("Failed", File.ReadAllText(Path.Combine(ReportFolder, "index.html")), StringComparison.Ordinal);
    }

    /// <summary>Its trainings run in processes of their own, which must not outlive it; the folder is locked while one does.</summary>
    [Fact]
    public async Task Killed_it_goes_on_where_its_trainings_were()
    {
        string[] arguments = ["reproduce", "--budget", TinyBudget.Write(_folder, sequences: 40_000), "--tasks", "copy", "--architectures", "ntm-lstm,ntm-ff", "--out", Out, "--trained-only"];
        string[] folders = [Path.Combine(Out, "tiny", "copy-ntm-lstm", "seed-1"), Path.Combine(Out, "tiny", "copy-ntm-ff", "seed-1")];
        using (var process = Process.Start(PaperProcess.StartInfo(arguments))!)
        {
            var finished = PaperProcess.FinishAsync(process);
            await Until(() => folders.All(HasPoints));
            process.Kill();
            await finished;
        }

        await Until(() => folders.All(f => File.Exists(Path.Combine(f, "result.json"))));
        var stopped = folders.Select(f => TrainingSummary.Read(new RunFolder(f))!).ToList();
        Assert.All(stopped, s => Assert.InRange(s.SequencesSeen, 1, 39_999));
        (await PaperProcess.RunAsync(arguments)).ExpectExit(0);
        Assert.All(folders, f => Assert.Equal(40_000, TrainingSummary.Read(new RunFolder(f))!.SequencesSeen));

        var whole = Path.Combine(_folder, "whole");
        var command = ModelCard.Read(folders[1])!.Command.Split(' ');
        (await PaperProcess.RunAsync([.. command, "--out", whole])).ExpectExit(0);
        Assert.Equal(RunContent.Weights(whole), RunContent.Weights(folders[1]));

        static bool HasPoints(string folder)
        {
            var history = Path.Combine(folder, "history.csv");
            return File.Exists(history) && File.ReadAllLines(history).Length > 2;
        }

        static async Task Until(Func<bool> condition)
        {
            while (!condition())
                await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Of two at once one waits for the other's trainings; neither records them as failed, and none is done twice.</summary>
    [Fact]
    public async Task Two_at_once_share_the_trainings()
    {
        string[] arguments = ["reproduce", "--budget", TinyBudget.Write(_folder, sequences: 20_000), "--tasks", "copy", "--architectures", "ntm-lstm", "--out", Out, "--trained-only"];
        var folder = Path.Combine(Out, "tiny", "copy-ntm-lstm", "seed-1");
        using var first = Process.Start(PaperProcess.StartInfo(arguments))!;
        var finished = PaperProcess.FinishAsync(first);
        while (!File.Exists(Path.Combine(folder, "history.csv")))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        var second = (await PaperProcess.RunAsync(arguments)).ExpectExit(0);
        Assert.Contains("another process is training in", second.Output, StringComparison.Ordinal);
        (await finished).ExpectExit(0);
        Assert.DoesNotContain("failed", second.Output, StringComparison.Ordinal);
        Assert.Empty(RecordFile.Read<PaperReport>(Path.Combine(ReportFolder, "results.json"))!.Tasks[0].Architectures[0].Failures);
        Assert.Equal(20_000, TrainingSummary.Read(new RunFolder(folder))!.SequencesSeen);
    }

    /// <summary>The trainings of one that was killed end by themselves, a little later.</summary>
    [Fact]
    public async Task Begun_again_at_once_after_a_kill_it_waits_for_what_still_runs()
    {
        string[] arguments = ["reproduce", "--budget", TinyBudget.Write(_folder, sequences: 20_000), "--tasks", "copy", "--architectures", "ntm-lstm", "--out", Out, "--trained-only"];
        var folder = Path.Combine(Out, "tiny", "copy-ntm-lstm", "seed-1");
        using (var process = Process.Start(PaperProcess.StartInfo(arguments))!)
        {
            var finished = PaperProcess.FinishAsync(process);
            while (!File.Exists(Path.Combine(folder, "history.csv")))
                await Task.Delay(20, TestContext.Current.CancellationToken);
            process.Kill();
            // As if the training were slow to notice.
            var held = await LockAsync(folder);
            var again = PaperProcess.RunAsync(arguments);
            await Task.Delay(3000, TestContext.Current.CancellationToken);
            Assert.False(again.IsCompleted);
            held.Dispose();
            var result = (await again).ExpectExit(0);
            Assert.Contains("waiting for it", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("failed", result.Output, StringComparison.Ordinal);
            await finished;
        }
    }

    private static async Task<IDisposable> LockAsync(string folder)
    {
        while (true)
        {
            try
            {
                return new RunFolder(folder).Lock();
            }
            catch (FolderBusyException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Interrupted_it_prints_no_number_that_was_not_measured()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There is no SIGINT to send on this system.");
        string[] arguments = ["reproduce", "--budget", TinyBudget.Write(_folder, sequences: 1_000_000), "--tasks", "copy", "--out", Out, "--trained-only"];
        using var process = Process.Start(PaperProcess.StartInfo(arguments))!;
        var finished = PaperProcess.FinishAsync(process);
        while (!File.Exists(Path.Combine(Out, "tiny", "copy-ntm-lstm", "seed-1", "history.csv")))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await PaperProcess.SignalAsync(process, "INT");
        var result = (await finished).ExpectExit(0);
        Assert.Contains("The same command resumes.", result.Output, StringComparison.Ordinal);
        Assert.Contains("not yet measured", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("failed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trainings_of_another_plan_are_not_replaced_and_damaged_ones_are_told()
    {
        string[] arguments = [.. Arguments, "--tasks", "ngram", "--architectures", "ntm-ff,ntm-lstm"];
        (await PaperProcess.RunAsync(arguments)).ExpectExit(0);
        var folder = Path.Combine(Out, "tiny", "ngram-ntm-ff", "seed-1");
        var model = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        TinyBudget.Write(_folder, sequences: 16);
        var refused = (await PaperProcess.RunAsync(arguments)).ExpectExit(2).Error;
        foreach (var expected in (string[])["sequences 12 instead of 16", "--overwrite", "another --out"])
            Assert.Contains(expected, refused, StringComparison.Ordinal);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        (await PaperProcess.RunAsync([.. arguments, "--overwrite"])).ExpectExit(0);
        Assert.NotEqual(model, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));

        File.WriteAllText(Path.Combine(folder, "result.json"), "{");
        (await PaperProcess.RunAsync(arguments)).ExpectExit(1);
        var architectures = Assert.Single(RecordFile.Read<PaperReport>(Path.Combine(ReportFolder, "results.json"))!.Tasks).Architectures;
        Assert.Contains("result.json", Assert.Single(architectures[0].Failures), StringComparison.Ordinal);
        Assert.NotNull(architectures[1].Model);
    }

    [Theory]
    [InlineData("--tasks", "copy,sort", "sort")]
    [InlineData("--architectures", "gru", "gru")]
    [InlineData("--budget", "huge", "huge")]
    [InlineData("--seeds", "0", "--seeds is 0")]
    [InlineData("--seeds", "99999999", "--seeds is 99999999; it must be at most 10000")]
    public async Task Wrong_usage_is_refused_by_name(string option, string value, string expected) =>
        Assert.Contains(expected, (await PaperProcess.RunAsync("reproduce", option, value, "--out", Out)).ExpectExit(2).Error, StringComparison.Ordinal);

    private static void CheckLinks(string page, PaperReport report)
    {
        string[] ids = [.. Ids().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        var links = References().Matches(page).Select(m => m.Groups[1].Value).ToList();
        Assert.All(links, link => Assert.True(link == "data:," || ids.Contains(link.TrimStart('#')), link));
        var sources = Sources().Matches(page).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(report.Tasks.Sum(t => t.Figures.Count), sources.Count);
        Assert.All(sources, source => Assert.StartsWith("data:image/png;base64,", source, StringComparison.Ordinal));
        Assert.DoesNotContain("http", Sources().Replace(page, ""), StringComparison.Ordinal);
    }

    private HashSet<(string Path, DateTime Written)> Models() =>
        [.. Directory.EnumerateFiles(Out, "model.safetensors", SearchOption.AllDirectories).Select(f => (f, File.GetLastWriteTimeUtc(f)))];

    private static string WithoutTimes(string markdown) => Times().Replace(markdown, "");

    [GeneratedRegex("""\bid="([^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Ids();

    [GeneratedRegex("""href="([^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex References();

    [GeneratedRegex("""src="([^"]+)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sources();

    [GeneratedRegex(@"\d+ (min|s|h)\b( \d+ (s|min)\b)?")]
    private static partial Regex Times();
}
