using Microsoft.Extensions.Logging;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

public class CheckpointWritingTests
{
    private static TrainingOptions Options(string folder, Action<CheckpointOptions>? change = null)
    {
        var checkpoints = new CheckpointOptions { Folder = folder, Interval = 40, Minutes = 0 };
        change?.Invoke(checkpoints);
        return new TrainingOptions
        {
            Sequences = 200,
            BatchSize = 8,
            EvaluationInterval = 0,
            StopWhenSolved = false,
            Optimizer = { LearningRate = 0.01 },
            Checkpoints = checkpoints,
        };
    }

    private static List<string?> Names(string folder) => [.. Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order()];

    [Fact]
    public void The_newest_stay_and_older_ones_go()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder["new/folder"], o => o.KeepLast = 2)).Train();
        Assert.Equal(["checkpoint-000000000160.safetensors", "checkpoint-000000000200.safetensors"], Names(folder["new/folder"]));
    }

    [Fact]
    public void The_clock_makes_checkpoints_as_well()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder.Path, o => (o.Interval, o.Minutes, o.KeepLast) = (0, 1e-9, 1000))).Train();
        Assert.Equal(26, Names(folder.Path).Count);
    }

    [Fact]
    public void The_best_on_held_out_sequences_stays()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var options = Options(folder.Path);
        (options.EvaluationInterval, options.EvaluationSequences) = (40, 50);
        var result = new Trainer(model, new EchoTask(), options).Train();
        var best = TrainingCheckpoint.Load(new CheckpointFolder(folder.Path).BestFile);
        Assert.Equal(result.Evaluations.MinBy(e => e.Score.MeanCost)!.Sequences, best.SequencesSeen);
        Assert.Equal(best.SequencesSeen, best.Evaluations[^1].Sequences);
    }

    [Fact]
    public void A_new_training_does_not_take_the_place_of_another_ones_checkpoints()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder.Path)).Train();
        var before = Names(folder.Path);
        var e = Assert.Throws<IOException>(() => new Trainer(model, new EchoTask(), Options(folder.Path)).Train());
        Assert.Contains(folder.Path, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Names(folder.Path));
        new CheckpointFolder(folder.Path).Clear();
        Assert.Empty(Names(folder.Path));
    }

    [Fact]
    public void A_folder_that_vanishes_is_reported_and_the_training_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var logger = new ListLogger();
        var trainer = new Trainer(model, new EchoTask(), Options(folder["gone"]), logger);
        var recorder = new Recorder((call, _) =>
        {
            if (call == "checkpoint checkpoint-000000000040.safetensors")
                Directory.Delete(folder["gone"], recursive: true);
        });
        trainer.Observers.Add(recorder);
        var result = trainer.Train();
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.Equal([false, false, true, true, true, true], recorder.Checkpoints.Select(c => c.Failure is not null));
        Assert.Equal(4, logger.Lines.Count(l => l.Level == LogLevel.Warning && l.Text.Contains("could not be written", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_damaged_newest_checkpoint_is_reported_and_the_one_before_it_used()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder.Path)).Train();
        var newest = new CheckpointFolder(folder.Path).Files[0];
        var bytes = File.ReadAllBytes(newest);
        bytes[^5] ^= 1;
        File.WriteAllBytes(newest, bytes);

        List<string> damaged = [];
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest(damaged.Add);
        Assert.Equal(160, checkpoint!.SequencesSeen);
        Assert.Contains(newest, Assert.Single(damaged), StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(newest));
    }

    [Fact]
    public void What_the_caller_saved_along_comes_back()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder.Path, o => o.Metadata = new Dictionary<string, string> { ["settings"] = "{\"a\": 1}" })).Train();
        Assert.Equal("{\"a\": 1}", new CheckpointFolder(folder.Path).LoadNewest()!.Metadata["settings"]);
    }
}
