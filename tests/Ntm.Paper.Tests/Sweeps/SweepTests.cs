using System.Diagnostics;
using System.Text.Json;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Sweeps;

[Collection(LocalSweep.Tests)]
public sealed class SweepTests(LocalSweep local)
{
    /// <summary>It may be 50 times by hand.</summary>
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("NTM_KILLS"), out var kills) ? kills : 3;

    [Fact]
    public async Task Each_training_is_that_of_its_own_command_and_the_same_command_again_trains_nothing()
    {
        Assert.Equal(4, LocalSweep.Completed(local.Result).Count);
        var json = local.Result.Json();
        Assert.Equal((4, 4, 0, 0), (Number("trainings"), Number("done"), Number("failed"), Number("left")));
        Assert.Equal(4, json.GetProperty("combinations").GetArrayLength());

        var listed = (await PaperProcess.RunAsync(["sweep", .. LocalSweep.Words, "--out", local.Sweep, "--dry-run", "--json"])).ExpectExit(0).Json().GetProperty("trainings").EnumerateArray().ToList();
        Assert.All(listed, training => Assert.Equal("done", training.GetProperty("state").GetString()));
        var alone = Path.Combine(local.Folder, "alone");
        (await PaperProcess.ShellAsync($"{listed[2].GetProperty("command").GetString()!.Replace("ntm ", "$NTM ", StringComparison.Ordinal)} --out {alone}")).ExpectExit(0);
        var inSweep = Path.Combine(local.Sweep, listed[2].GetProperty("name").GetString()!);
        Assert.Equal(RunContent.Weights(alone), RunContent.Weights(inSweep));
        Assert.Equal(RunContent.History(alone), RunContent.History(inSweep));

        var times = Directory.GetFiles(local.Sweep, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);
        var again = (await PaperProcess.RunAsync(["sweep", .. LocalSweep.Words, "--out", local.Sweep])).ExpectExit(0);
        Assert.Contains("of which 4 are done", again.Output, StringComparison.Ordinal);
        Assert.Empty(LocalSweep.Completed(again));
        Assert.Equal(times, Directory.GetFiles(local.Sweep, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc));

        int Number(string name) => json.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Another_sweep_a_training_and_contradictory_options_are_wrong_usage()
    {
        string[][] wrong =
        [
            ["sweep", "copy", "--vary", "lr=1e-3,4e-3", "--out", local.Sweep],
            ["train", "copy", "--sequences", "10", "--out", local.Sweep],
            ["train", "copy", "--sequences", "10", "--seeds", "1-2", "--out", local.Sweep],
            ["sweep", "copy", "--vary", "lr=1e-3", "--out", Path.Combine(local.Sweep, "0_lr=0.001_memory=constant_seed=2")],
            ["sweep", Path.Combine(local.Sweep, "definition.json"), "--lr", "1", "--out", local.Sweep],
            ["sweep", "no-such-file.json"],
            ["sweep", "copy", "--vary", "lr=1,2", "--shard", "3/2"],
            ["sweep", "copy", "--halving", "2"],
            ["sweep", "copy", "--sweep-seed", "2"],
            ["collect", local.Folder],
        ];
        string[] says = ["holds another sweep", "holds a sweep", "holds a sweep", "holds a finished training", "--lr was given beside the file", "neither a file nor a task", "found '3/2'", "--halving was given without --first-sequences", "--sweep-seed was given without --random", "is no sweep"];
        foreach (var (words, message) in wrong.Zip(says))
        {
            var result = (await PaperProcess.RunAsync(words)).ExpectExit(2);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Kubernetes does not pass on the number of pods.</summary>
    [Fact]
    public async Task A_shard_without_a_count_is_wrong_usage()
    {
        var result = (await PaperProcess.ShellAsync("JOB_COMPLETION_INDEX=3 $NTM sweep copy --vary lr=1,2 --dry-run")).ExpectExit(2);
        Assert.Contains("no JOB_COMPLETIONS in the environment", result.Error, StringComparison.Ordinal);
        Assert.Contains("--shard 1/8", result.Error, StringComparison.Ordinal);
    }

    /// <summary>With all its trainings, as if the machine had failed, or alone: its trainings then save and end, while the same command begins already.</summary>
    [Fact]
    public async Task Killed_at_any_moment_the_same_command_ends_in_the_same_bits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no setsid to kill a group of processes with on this system.");
        var random = new Random(2014);
        var sweep = Path.Combine(local.Folder, "killed");
        for (var kills = 0; ;)
        {
            using var process = LocalSweep.StartGroup(["sweep", .. LocalSweep.Words, "--out", sweep]);
            var finished = PaperProcess.FinishAsync(process);
            if (kills < Kills)
                await Task.WhenAny(finished, Task.Delay(TimeSpan.FromSeconds(0.3 + (3 * random.NextDouble())), TestContext.Current.CancellationToken));
            if (kills < Kills && !finished.IsCompleted)
            {
                if (kills++ % 2 == 0)
                    await LocalSweep.KillGroupAsync(process);
                else
                    process.Kill();
                await finished;
                continue;
            }

            (await finished).ExpectExit(0);
            Assert.True(kills > 0);
            break;
        }

        await local.AssertSameAsync(sweep);
        Assert.Empty(Directory.EnumerateFiles(sweep, "*.tmp", SearchOption.AllDirectories));
    }

    /// <summary>One is told by its option, the other one by the environment of a scheduler.</summary>
    [Fact]
    public async Task Shards_at_once_on_one_folder_train_nothing_twice()
    {
        var sweep = Path.Combine(local.Folder, "shards");
        var words = string.Join(' ', (string[])["sweep", .. LocalSweep.Words, "--out", sweep]);
        var results = await Task.WhenAll(
            PaperProcess.ShellAsync($"$NTM {words} --shard 1/3"),
            PaperProcess.ShellAsync($"JOB_COMPLETION_INDEX=1 JOB_COMPLETIONS=3 $NTM {words}"),
            PaperProcess.ShellAsync($"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=3 $NTM {words}"));
        Assert.All(results.Index(), r => Assert.Contains($"This is shard {r.Index + 1}/3.", r.Item.ExpectExit(0).Output, StringComparison.Ordinal));
        var completed = LocalSweep.Completed(results);
        Assert.Equal(4, completed.Count);
        Assert.All(completed, training => Assert.Equal(1, training.Value));
        await local.AssertSameAsync(sweep);
    }

    [Fact]
    public async Task What_a_dead_shard_left_is_taken_up_by_another_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no setsid to kill a group of processes with on this system.");
        var sweep = Path.Combine(local.Folder, "dead");
        using var process = LocalSweep.StartGroup(["sweep", .. LocalSweep.Words, "--out", sweep, "--shard", "1/2"]);
        var finished = PaperProcess.FinishAsync(process);
        while (!Directory.Exists(sweep) || Directory.GetFiles(sweep, "history.csv", SearchOption.AllDirectories).Length == 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await LocalSweep.KillGroupAsync(process);
        await finished;
        var other = (await PaperProcess.RunAsync(["sweep", .. LocalSweep.Words, "--out", sweep, "--shard", "2/2"])).ExpectExit(0);
        Assert.Contains("4 of 4 trainings are done.", other.Output, StringComparison.Ordinal);
        await local.AssertSameAsync(sweep);
    }

    [Fact]
    public async Task A_training_that_fails_is_a_row_that_its_own_shard_tries_again()
    {
        var sweep = Directory.CreateDirectory(Path.Combine(local.Folder, "failed")).FullName;
        string[] words = ["sweep", "copy", "--vary", "lr=1e-3,2e-3", "--sequences", "20", .. LocalSweep.Small, "--out", sweep, "--json"];
        // A file where the folder of the first training would be.
        var blocked = Path.Combine(sweep, "0_lr=0.001_seed=1");
        File.WriteAllText(blocked, "");
        var first = (await PaperProcess.RunAsync(words)).ExpectExit(0);
        IsFailed(first.Json());
        Assert.Matches(@"(?m)^\s*0_lr=0\.001_seed=1\s+\S", first.Error);
        var csv = File.ReadAllLines(await CsvAsync(sweep));
        Assert.StartsWith("0_lr=0.001_seed=1,0.001,1,failed,,,", csv[1], StringComparison.Ordinal);
        Assert.StartsWith("1_lr=0.002_seed=1,0.002,1,done,completed,", csv[2], StringComparison.Ordinal);
        Assert.DoesNotContain(sweep, csv[1], StringComparison.Ordinal);

        // Nothing is in the way any more: the other shard leaves the failure, its own one does not.
        File.Delete(blocked);
        IsFailed((await PaperProcess.RunAsync([.. words, "--shard", "2/2"])).ExpectExit(0).Json());
        var own = (await PaperProcess.RunAsync([.. words, "--shard", "1/2"])).ExpectExit(0).Json();
        Assert.Equal((2, 0), (own.GetProperty("done").GetInt32(), own.GetProperty("failed").GetInt32()));
        Assert.Empty(Directory.GetFiles(sweep, "*.failure.json"));

        // All failed.
        var all = Directory.CreateDirectory(Path.Combine(local.Folder, "all-failed")).FullName;
        File.WriteAllText(Path.Combine(all, "0_seed=1"), "");
        (await PaperProcess.RunAsync(["sweep", "copy", "--sequences", "20", .. LocalSweep.Small, "--out", all])).ExpectExit(1);

        static void IsFailed(JsonElement json) => Assert.Equal((1, 1, 0), (json.GetProperty("done").GetInt32(), json.GetProperty("failed").GetInt32(), json.GetProperty("left").GetInt32()));
    }

    [Fact]
    public async Task A_signal_saves_and_ends_and_the_rest_is_pending()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There is no SIGTERM to send on this system.");
        var sweep = Path.Combine(local.Folder, "interrupted");
        using var process = Process.Start(PaperProcess.StartInfo(
            ["sweep", "copy", "--vary", "lr=1e-3,2e-3,3e-3", "--sequences", "100000000", "--until", "end", "--json", "--out", sweep, .. LocalSweep.Small]))!;
        var finished = PaperProcess.FinishAsync(process);
        while (!File.Exists(Path.Combine(sweep, "0_lr=0.001_seed=1", "history.csv")))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await PaperProcess.SignalAsync(process, "TERM");
        var result = (await finished).ExpectExit(0);
        Assert.Equal((0, 0, 3), (result.Json().GetProperty("done").GetInt32(), result.Json().GetProperty("failed").GetInt32(), result.Json().GetProperty("left").GetInt32()));
        Assert.Contains("Interrupted. The same command resumes.", result.Error, StringComparison.Ordinal);
        Assert.Contains("interrupted", result.Error, StringComparison.Ordinal);
        Assert.Equal("cancelled", JsonDocument.Parse(File.ReadAllText(Path.Combine(sweep, "0_lr=0.001_seed=1", "result.json"))).RootElement.GetProperty("outcome").GetString());
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(sweep, "0_lr=0.001_seed=1", "checkpoints")));
    }

    [Fact]
    public async Task A_dry_run_lists_the_trainings_and_writes_nothing()
    {
        var sweep = Path.Combine(local.Folder, "dry");
        var result = (await PaperProcess.RunAsync(["sweep", "copy", "--vary", "lr=1e-5..1e-3", "--random", "5", "--halving", "2", "--first-sequences", "10000", "--shard", "2/2", "--dry-run", "--json", "--out", sweep])).ExpectExit(0);
        List<JsonElement> trainings = [.. result.Json().GetProperty("trainings").EnumerateArray()];
        Assert.Equal([false, true, false, true, false], trainings.Select(t => t.GetProperty("isOwn").GetBoolean()));
        Assert.All(trainings, t => Assert.Equal("pending", t.GetProperty("state").GetString()));
        Assert.All(trainings, t => Assert.StartsWith("ntm train copy --lr ", t.GetProperty("command").GetString(), StringComparison.Ordinal));
        Assert.Contains("Rung 2: the best 3 of 5 combinations, 20,000 sequences each.", result.Error, StringComparison.Ordinal);
        Assert.Contains("Rung 7: the best 1 of 5 combinations, 400,000 sequences each.", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(sweep));
    }

    /// <summary>Two shards at once agree on each rung; who is in it follows from the rung before.</summary>
    [Fact]
    public async Task Halving_keeps_the_best_of_each_rung_whoever_trains_it()
    {
        string[] words = ["sweep", "copy", "--vary", "lr=1e-5,1e-3,3e-3,1e-2", "--sequences", "160", "--halving", "2", "--first-sequences", "40", .. LocalSweep.Small];
        var (alone, shared) = (Path.Combine(local.Folder, "halving"), Path.Combine(local.Folder, "halving-shared"));
        (await PaperProcess.RunAsync([.. words, "--out", alone])).ExpectExit(0);
        var results = await Task.WhenAll(PaperProcess.RunAsync([.. words, "--out", shared, "--shard", "1/2"]), PaperProcess.RunAsync([.. words, "--out", shared, "--shard", "2/2"]));
        Assert.All(results, r => r.ExpectExit(0));
        Assert.All(LocalSweep.Completed(results), training => Assert.Equal(1, training.Value));
        Assert.Equal(await LocalSweep.CollectAsync(alone), await LocalSweep.CollectAsync(shared));

        List<string[]> rows = [.. File.ReadLines(Path.Combine(alone, "sweep.csv")).Skip(1).Select(line => line.Split(','))];
        var columns = File.ReadLines(Path.Combine(alone, "sweep.csv")).First().Split(',').ToList();
        List<(int Rung, double Rate, double Cost)> runs = [.. rows.Select(r => (int.Parse(r[1]), double.Parse(r[2]), double.Parse(r[columns.IndexOf("excess_cost")])))];
        Assert.Equal([4, 2, 1], runs.GroupBy(r => r.Rung).Select(g => g.Count()));
        for (var rung = 1; rung < 3; rung++)
        {
            var best = runs.Where(r => r.Rung == rung).OrderBy(r => r.Cost).Take(rung == 1 ? 2 : 1).Select(r => r.Rate).Order();
            Assert.Equal(best, runs.Where(r => r.Rung == rung + 1).Select(r => r.Rate).Order());
        }
    }

    /// <summary>.NET can be told not to lock files, which is as if the file system could not.</summary>
    [Fact]
    public async Task Where_files_are_not_locked_shards_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files are always locked on this system.");
        var sweep = Path.Combine(local.Folder, "unlocked");
        var words = string.Join(' ', (string[])["sweep", "copy", "--sequences", "20", .. LocalSweep.Small, "--out", sweep]);
        var refused = (await PaperProcess.ShellAsync($"DOTNET_SYSTEM_IO_DISABLEFILELOCKING=1 $NTM {words} --shard 1/2")).ExpectExit(2);
        Assert.Contains("without file locks", refused.Error, StringComparison.Ordinal);
        var warned = (await PaperProcess.ShellAsync($"DOTNET_SYSTEM_IO_DISABLEFILELOCKING=1 $NTM {words}")).ExpectExit(0);
        Assert.Contains("Warning:", warned.Output, StringComparison.Ordinal);
    }

    private static async Task<string> CsvAsync(string sweep)
    {
        await LocalSweep.CollectAsync(sweep);
        return Path.Combine(sweep, "sweep.csv");
    }
}
