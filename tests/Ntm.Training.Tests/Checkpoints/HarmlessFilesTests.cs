using System.Diagnostics;
using Ntm.Training.Checkpoints;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

/// <summary>Files that are not ours are neither read nor deleted, and no good file is replaced by a worse one.</summary>
public sealed class HarmlessFilesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("pipe")]
    [InlineData("/dev/zero")]
    [InlineData("directory")]
    public async Task What_is_no_file_is_refused_at_once(string what)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked what a path leads to.");
        using var folder = new TemporaryFolder();
        var path = Make(folder, what);
        var token = TestContext.Current.CancellationToken;
        foreach (var read in (Action[])[() => TrainingCheckpoint.Load(path), () => HistoryFiles.Read(path)])
        {
            var e = await Assert.ThrowsAsync<IOException>(() => Task.Run(read, token).WaitAsync(Limit, token));
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
            Assert.Contains("expected a regular file", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_pipe_with_the_name_of_a_checkpoint_is_reported_and_the_one_before_it_used()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked what a path leads to.");
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder.Path)).Train();
        MakePipe(folder["checkpoint-000000999999.safetensors"]);
        List<string> damaged = [];
        var token = TestContext.Current.CancellationToken;
        var checkpoint = await Task.Run(() => new CheckpointFolder(folder.Path).LoadNewest(damaged.Add), token).WaitAsync(Limit, token);
        Assert.Equal(80, checkpoint!.SequencesSeen);
        Assert.Contains("999999", Assert.Single(damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_deletes_nothing_that_is_not_surely_its_own()
    {
        using var folder = new TemporaryFolder();
        string[] others = ["mydata.20240101.csv.tmp", "notes.12345678.abc.tmp", "a.tmp"];
        foreach (var name in others)
            File.WriteAllText(folder[name], "theirs");
        File.WriteAllText(folder["checkpoint-000000000040.safetensors.ntm-abcdefghijk.tmp"], "left by a killed process");
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder.Path)).Train();
        Assert.Equal(others.Order(), Directory.EnumerateFiles(folder.Path, "*.tmp").Select(Path.GetFileName).Order());
        Assert.All(others, name => Assert.Equal("theirs", File.ReadAllText(folder[name])));
    }

    [Fact]
    public void A_disposed_model_does_not_take_the_place_of_a_good_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var model = new LinearModel();
        var options = Options(folder.Path);
        new Trainer(model, new EchoTask(), options).Train();
        var file = new CheckpointFolder(folder.Path).Files[0];
        var (before, checkpoint) = (File.ReadAllBytes(file), TrainingCheckpoint.Load(file));
        using var other = new LinearModel();
        using var optimizer = options.Optimizer.CreateFor(new FlatParameters(other));
        model.Dispose();
        var e = Assert.Throws<ObjectDisposedException>(() => CheckpointFile.Save(
            file, checkpoint.SavedLoss, [.. ModelWeights.Read(model)], optimizer, null, checkpoint.State, options, checkpoint.History, checkpoint.Evaluations, new Dictionary<string, string>()));
        Assert.Contains("disposed", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    private static TrainingOptions Options(string folder) => new()
    {
        Sequences = 80,
        BatchSize = 8,
        EvaluationInterval = 0,
        StopWhenSolved = false,
        Checkpoints = new CheckpointOptions { Folder = folder, Interval = 40, Minutes = 0 },
    };

    private static string Make(TemporaryFolder folder, string what)
    {
        var path = folder["there"];
        switch (what)
        {
            case "pipe":
                MakePipe(path);
                return path;
            case "directory":
                Directory.CreateDirectory(path);
                return path;
            default:
                return what;
        }
    }

    private static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
