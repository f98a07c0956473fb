using System.Text.Json;
using System.Text.RegularExpressions;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Sweeps;

/// <summary>The files of docs/clusters, as they are there.</summary>
[Collection(LocalSweep.Tests)]
public sealed partial class ClusterTests(LocalSweep local)
{
    private static readonly string[] Eight = [.. LocalSweep.Words.Select(word => word == "2" ? "2-3" : word)];

    /// <summary>A real scheduler, two nodes, eight tasks of an array, one of which is killed with its trainings.</summary>
    [Fact]
    public async Task A_job_array_of_Slurm_whose_task_is_killed_gives_the_table_of_a_local_sweep()
    {
        Assert.SkipWhen(SlurmCluster.Obstacle is not null, SlurmCluster.Obstacle ?? "");
        var (alone, sweep) = (Path.Combine(local.Folder, "eight"), Path.Combine(local.Folder, "slurm"));
        (await PaperProcess.RunAsync(["sweep", .. Eight, "--out", alone])).ExpectExit(0);

        await using var cluster = await SlurmCluster.StartAsync();
        var program = PaperProcess.StartInfo();
        var environment = new Dictionary<string, string> { ["NTM"] = string.Join(' ', program.ArgumentList.Prepend(program.FileName)) };
        var logs = Path.Combine(Directory.CreateDirectory(Path.Combine(local.Folder, "logs")).FullName, "%a.log");
        var job = (await cluster.RunAsync(environment, ["sbatch", "--parsable", $"--output={logs}", "--array=1-8", FileOf("slurm.sbatch"), .. Eight, "--out", sweep])).Trim();
        // As soon as its training runs: the first task takes the first one.
        while (!File.Exists(Path.Combine(sweep, "0_lr=0.001_memory=constant_seed=2", "settings.json")))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        // Not by scancel, which asks them to save first.
        Assert.InRange(cluster.KillTask(job, 1), 2, 20);
        while ((await cluster.RunAsync("squeue", "--noheader", $"--user={Environment.UserName}")).Trim().Length > 0)
            await Task.Delay(200, TestContext.Current.CancellationToken);

        PaperResult[] tasks = [.. Enumerable.Range(1, 8).Select(task => Path.Combine(Path.GetDirectoryName(logs)!, $"{task}.log")).Select(log => new PaperResult(0, File.Exists(log) ? File.ReadAllText(log) : "", ""))];
        Assert.DoesNotContain("For the table", tasks[0].Output, StringComparison.Ordinal);
        Assert.Equal(7, tasks.Count(task => task.Output.Contains("For the table", StringComparison.Ordinal)));
        Assert.All(LocalSweep.Completed(tasks), training => Assert.Equal(1, training.Value));
        Assert.Contains("8 of 8 trainings are done.", tasks[^1].Output, StringComparison.Ordinal);

        Assert.Equal(await LocalSweep.CollectAsync(alone), await LocalSweep.CollectAsync(sweep));
        foreach (var file in Directory.GetFiles(alone))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(sweep, Path.GetFileName(file))));
        Assert.All(Directory.GetDirectories(alone), training => Assert.Equal(RunContent.Weights(training), RunContent.Weights(Path.Combine(sweep, Path.GetFileName(training)))));
    }

    [Fact]
    public async Task Gnu_parallel_runs_the_shards()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/parallel"), "There is no GNU Parallel: Debian's parallel has it.");
        var sweep = Path.Combine(local.Folder, "parallel");
        var result = (await PaperProcess.ShellAsync($"export NTM; SHARDS=2 sh {FileOf("gnu-parallel.sh")} {string.Join(' ', LocalSweep.Words)} --out {sweep}")).ExpectExit(0);
        Assert.Contains("This is shard 1/2.", result.Output, StringComparison.Ordinal);
        Assert.Contains("This is shard 2/2.", result.Output, StringComparison.Ordinal);
        await local.AssertSameAsync(sweep);
    }

    /// <summary>The command and the variables of the file, with the index that Kubernetes adds.</summary>
    [Fact]
    public async Task The_pods_of_Kubernetes_are_the_shards()
    {
        var file = await File.ReadAllTextAsync(FileOf("kubernetes-job.yaml"), TestContext.Current.CancellationToken);
        var words = JsonSerializer.Deserialize<string[]>(Command().Match(file).Groups["words"].Value)!;
        var completions = int.Parse(Completions().Match(file).Groups["count"].Value);
        Assert.Equal(completions, int.Parse(Variable().Match(file).Groups["count"].Value));
        Assert.Equal("ntm", words[0]);
        words[Array.IndexOf(words, "--out") + 1] = Path.Combine(local.Folder, "kubernetes");
        var last = (await PaperProcess.ShellAsync($"JOB_COMPLETION_INDEX={completions - 1} JOB_COMPLETIONS={completions} $NTM {string.Join(' ', words[1..])} --dry-run --json")).ExpectExit(0);
        List<bool> own = [.. last.Json().GetProperty("trainings").EnumerateArray().Select(t => t.GetProperty("isOwn").GetBoolean())];
        Assert.Equal(Enumerable.Range(0, own.Count).Select(i => i % completions == completions - 1), own);
        Assert.InRange(own.Count, completions, 1000);
    }

    /// <summary>Sweeps as dry runs, trainings of a few sequences, and the tables of a sweep that there is.</summary>
    [Fact]
    public async Task The_commands_of_the_guide_work()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Docs, "scaling.md"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(local.Folder, "rates.json"), FileBlock().Match(page).Groups["json"].Value, TestContext.Current.CancellationToken);
        List<string> commands = [.. Call().Matches(page).Select(match => match.Groups["command"].Value.Trim())];
        Assert.InRange(commands.Count(c => c.StartsWith("sweep ", StringComparison.Ordinal)), 6, 20);
        foreach (var command in commands.Where(c => c.StartsWith("sweep ", StringComparison.Ordinal)))
        {
            var result = (await PaperProcess.ShellAsync($"cd {local.Folder} && $NTM {command} --dry-run")).ExpectExit(0);
            Assert.Contains("Nothing was trained or written.", result.Output, StringComparison.Ordinal);
        }

        List<string> trainings = [.. commands.Where(c => c.StartsWith("train ", StringComparison.Ordinal))];
        Assert.InRange(trainings.Count, 2, 5);
        for (var i = 0; i < trainings.Count; i++)
            (await PaperProcess.ShellAsync($"$NTM {trainings[i]} --sequences 20 --max-length 3 --until end --out {Path.Combine(local.Folder, $"guide{i}")}")).ExpectExit(0);

        foreach (var command in commands.Where(c => c.StartsWith("collect ", StringComparison.Ordinal)))
        {
            var result = (await PaperProcess.ShellAsync($"$NTM collect {local.Sweep} {string.Join(' ', command.Split(' ').Skip(2))}")).ExpectExit(0);
            Assert.Contains("4 of 4 trainings are done.", result.Output + result.Error, StringComparison.Ordinal);
        }
    }

    private static string FileOf(string name) => Path.Combine(RepositoryFolder.Docs, "clusters", name);

    [GeneratedRegex(@"^```json\n(?<json>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FileBlock();

    [GeneratedRegex(@"^ntm (?<command>[a-z][^#\n]*)", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"^ *command: (?<words>\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^ *completions: (?<count>\d+)$", RegexOptions.Multiline)]
    private static partial Regex Completions();

    [GeneratedRegex(@"name: JOB_COMPLETIONS\n *value: ""(?<count>\d+)""")]
    private static partial Regex Variable();
}
