using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Ntm.Core.Serialization;
using Ntm.Paper.Tests.Support;
using Ntm.Training;

namespace Ntm.Paper.Tests.Train.Mpi;

/// <summary>One training by several processes, with real launchers.</summary>
public sealed class MpiTrainingTests : IDisposable
{
    private static readonly string[] Small =
    [
        "train", "copy", "--max-length", "3", "--controller-size", "16", "--memory-locations", "16", "--until", "end", "--report-interval", "50", "--evaluation-interval", "80",
        "--schedule", "constant", "--checkpoint-minutes", "0", "--checkpoint-interval", "80",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-mpi-").FullName;

    public static TheoryData<string> Launchers => [.. MpiRun.All];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task Processes_write_the_model_and_history_of_one(string launcher)
    {
        MpiRun.Require(launcher);
        string[] arguments = [.. Small, "--batch-size", "18", "--sequences", "160"];
        (await PaperProcess.RunAsync([.. arguments, "--out", Out("one")])).ExpectExit(0);
        foreach (var ranks in (int[])[2, 4])
        {
            var result = (await MpiRun.RunAsync(launcher, ranks, [.. arguments, "--threads", "1", "--out", Out($"{ranks}")])).ExpectExit(0);
            Assert.Contains(FormattableString.Invariant($"shared by {ranks} processes"), result.Output, StringComparison.Ordinal);
            // Rank 0 alone writes.
            Assert.Single(result.Output.Split('\n'), line => line.Contains("Trained to the end", StringComparison.Ordinal));
            AssertSame("one", $"{ranks}");
        }
    }

    [Fact]
    public async Task A_training_of_one_process_resumes_with_several()
    {
        MpiRun.Require("mpich");
        string[] arguments =
        [
            "train", "copy", "--architecture", "lstm", "--max-length", "3", "--controller-size", "16", "--until", "end", "--report-interval", "40",
            "--evaluation-interval", "80", "--schedule", "constant", "--checkpoint-minutes", "0", "--batch-size", "8", "--micro-batch-size", "3",
        ];
        (await PaperProcess.RunAsync([.. arguments, "--sequences", "160", "--out", Out("one")])).ExpectExit(0);
        (await PaperProcess.RunAsync([.. arguments, "--sequences", "80", "--out", Out("more")])).ExpectExit(0);
        (await MpiRun.RunAsync("mpich", 2, "train", "--resume", Out("more"), "--sequences", "160")).ExpectExit(0);
        AssertSame("one", "more");
    }

    /// <summary>The job ends within seconds, with a message, and what was saved is whole.</summary>
    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task A_killed_process_ends_the_job(string launcher)
    {
        MpiRun.Require(launcher);
        using var job = MpiRun.Start(launcher, 3, [.. Small, "--batch-size", "12", "--sequences", "100000000", "--out", Out("killed")]);
        var finished = PaperProcess.FinishAsync(job);
        var checkpoints = Path.Combine(Out("killed"), "checkpoints");
        while (!job.HasExited && (!Directory.Exists(checkpoints) || Directory.GetFiles(checkpoints).Length < 2))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        var rank = Ranks(Out("killed")).Single(p => p.Rank == 1).Process;
        var clock = Stopwatch.StartNew();
        await PaperProcess.SignalAsync(Process.GetProcessById(rank), "KILL");
        var result = await finished;
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("ignal 9", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Empty(Ranks(Out("killed")));
        Assert.NotNull(new CheckpointFolder(checkpoints).LoadNewest());
    }

    public static TheoryData<string, string, string> BadLaunches => new()
    {
        { "openmpi", "--batch-size 1", "--batch-size is 1, which 2 ranks are to share; expected 2 or more, at least one sequence for each rank." },
        { "mpich", "--batch-size 8 --architecture lstm", "is computed by autograd on CPU, for a batch as a whole; expected a --micro-batch-size, whose gradients are added in a fixed order." },
        { "mpich", "--batch-size 8 --seeds 1-2", "'train --seeds' was started as several processes by the launcher of MPICH, which can share one 'train' only; expected no launcher," },
        { "openmpi", "--batch-size 8 --generations 1", "--generations and --settle-sequences train in one process, and this training is shared by several; expected 0 of both," },
    };

    [Theory]
    [MemberData(nameof(BadLaunches))]
    public async Task What_processes_cannot_share_is_refused_before_anything_is_written(string launcher, string options, string message)
    {
        MpiRun.Require(launcher);
        var result = (await MpiRun.RunAsync(launcher, 2, ["train", "copy", .. options.Split(' '), "--out", Out("bad")])).ExpectExit(2);
        Assert.Contains(message, result.Output + result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Out("bad"), "settings.json")));
    }

    /// <summary>The commands of docs/scaling.md, with fewer sequences.</summary>
    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task The_commands_of_the_guide_work(string launcher)
    {
        MpiRun.Require(launcher);
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Docs, "scaling.md"), TestContext.Current.CancellationToken);
        var (train, resume) = (Command(page, "train copy"), Command(page, "train --resume"));
        (await MpiRun.RunAsync(launcher, train.Ranks, [.. train.Words.Select(w => w == "20000" ? "640" : w), "--until", "end", "--out", Out("guide")])).ExpectExit(0);
        var resumed = (await MpiRun.RunAsync(launcher, resume.Ranks, [.. resume.Words.Select(w => w == "FOLDER" ? Out("guide") : w), "--sequences", "1280"])).ExpectExit(0);
        Assert.Contains("after 1,280 sequences", resumed.Output, StringComparison.Ordinal);

        static (int Ranks, string[] Words) Command(string page, string first)
        {
            var match = Regex.Match(page, $"mpirun -n (?<ranks>[0-9]+) ntm (?<words>{first}[^`\n]*)");
            Assert.True(match.Success, first);
            return (int.Parse(match.Groups["ranks"].Value, CultureInfo.InvariantCulture), match.Groups["words"].Value.Split(' '));
        }
    }

    [Fact]
    public async Task Processes_with_other_settings_are_named()
    {
        MpiRun.Require("openmpi");
        string[] arguments = [.. Small, "--batch-size", "8", "--sequences", "80", "--out", Out("bad")];
        var other = (await MpiRun.RunAsync("openmpi", (1, [], arguments), (1, [], [.. arguments, "--lr", "0.5"]))).ExpectExit(2);
        Assert.Contains("Rank 1 has LearningRate 0.5; expected LearningRate 0.003, like rank 0.", other.Output + other.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Out("bad"), "settings.json")));
    }

    [Fact]
    public async Task A_process_that_cannot_begin_ends_the_job()
    {
        MpiRun.Require("mpich");
        string[] arguments = [.. Small, "--batch-size", "8", "--sequences", "80", "--out", Out("bad")];
        var wrong = (await MpiRun.RunAsync("mpich", (1, [], arguments), (1, [], [.. arguments, "--nonsense"]))).ExpectExit(2);
        Assert.Contains("Rank 1 of 2 could not begin: Unrecognized command or argument '--nonsense'.", wrong.Output + wrong.Error, StringComparison.Ordinal);
        var without = await MpiRun.RunAsync("mpich", (1, [], arguments), (1, ["NTM_MPI=libnothing.so"], arguments));
        Assert.NotEqual(0, without.ExitCode);
        Assert.Contains("Rank 1 cannot begin: No MPI library was found: libnothing.so.", without.Output + without.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Out("bad"), "settings.json")));
    }

    [Fact]
    public async Task Another_command_is_refused_and_processes_may_share_nothing()
    {
        MpiRun.Require("mpich");
        var result = (await MpiRun.RunAsync("mpich", 2, "evaluate", "copy")).ExpectExit(2);
        Assert.Single(result.Error.Split('\n'), line => line.StartsWith("'evaluate' was started as several processes", StringComparison.Ordinal));
        var alone = await MpiRun.RunAsync("mpich", (1, ["NTM_MPI=off"], [.. Small, "--sequences", "10", "--out", Out("first")]), (1, ["NTM_MPI=off"], [.. Small, "--sequences", "10", "--out", Out("second")]));
        alone.ExpectExit(0);
        Assert.All((string[])["first", "second"], name => Assert.True(File.Exists(Path.Combine(Out(name), "model.safetensors"))));
    }

    private string Out(string name) => Path.Combine(_folder, name);

    private void AssertSame(string expected, string actual)
    {
        var (left, right) = (SafeTensorsFile.Load(Path.Combine(Out(expected), "model.safetensors")), SafeTensorsFile.Load(Path.Combine(Out(actual), "model.safetensors")));
        Assert.Equal(left.Tensors.Select(t => t.Name), right.Tensors.Select(t => t.Name));
        Assert.All(left.Tensors.Zip(right.Tensors), pair => Assert.True(pair.First.Data.Span.SequenceEqual(pair.Second.Data.Span), pair.First.Name));
        Assert.Equal(History(expected), History(actual));

        // All but the seconds.
        string[] History(string name) => [.. File.ReadAllLines(Path.Combine(Out(name), "history.csv")).Select(line => string.Join(',', line.Split(',')[..3]))];
    }

    /// <summary>The processes that train in a folder, with their ranks.</summary>
    private static List<(int Process, int Rank)> Ranks(string folder)
    {
        List<(int, int)> ranks = [];
        foreach (var process in Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)))
        {
            try
            {
                if (!File.ReadAllText($"/proc/{process}/cmdline").Split('\0').Contains(folder))
                    continue;
                var variables = File.ReadAllText($"/proc/{process}/environ").Split('\0').Select(v => v.Split('=', 2)).Where(v => v.Length == 2);
                if (variables.FirstOrDefault(v => v[0] is "OMPI_COMM_WORLD_RANK" or "PMI_RANK") is { } rank)
                    ranks.Add((int.Parse(process!, CultureInfo.InvariantCulture), int.Parse(rank[1], CultureInfo.InvariantCulture)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }

        return ranks;
    }
}
