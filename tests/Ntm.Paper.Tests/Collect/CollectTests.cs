using System.Text.Json;
using Ntm.Paper.Collect;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Sweeps;
using Ntm.Training;

namespace Ntm.Paper.Tests.Collect;

/// <summary>Tables of folders that are written here, without training.</summary>
public sealed class CollectTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-collect-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_training_is_what_its_folder_says()
    {
        var plan = Plan("""{ "task": "copy", "vary": { "lr": [1e-3, 2e-3, 3e-3, 4e-3, 5e-3, 6e-3] } }""");
        var trainings = plan.Trainings(0, Enumerable.Range(0, 6));
        Finish(trainings[0], solved: true, cost: 0.01);
        WriteSettings(trainings[1]);
        new SweepFolder(_folder).WriteFailure(trainings[2], $"{_folder}/{trainings[2].Name} is full");
        using var held = Hold(trainings[3]);
        // A result of other settings does not count.
        Finish(trainings[4], solved: true, cost: 0.01, change: settings => settings.BatchSize = 7);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Folder(trainings[5]).Path).FullName, "result.json"), "{");

        var sweep = CollectedSweep.Read(_folder);
        Assert.Equal(["done", "interrupted", "failed", "running", "failed", "failed"], sweep.Trainings.Select(t => t.State));
        Assert.Equal($"{trainings[2].Name} is full", sweep.Trainings[2].Outcome.Failure!.Message);
        Assert.Contains("batch-size 7 instead of 1", sweep.Trainings[4].Outcome.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("result.json", sweep.Trainings[5].Outcome.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("1 of 6 trainings are done, 1 interrupted, 3 failed, 1 running.", sweep.Counts());
    }

    /// <summary>Two of four solved, one failed: Wilson's interval of 2 of 4 by hand.</summary>
    [Fact]
    public void A_row_has_the_statistics_of_its_seeds()
    {
        var plan = Plan("""{ "task": "copy", "vary": { "memory": ["constant", "random"] }, "seeds": "1-4" }""");
        var trainings = plan.Trainings(0, [0, 1]);
        Finish(trainings[0], solved: true, cost: 0.5, sequences: 1000, seconds: 3);
        Finish(trainings[1], solved: false, cost: 4, sequences: 5000, seconds: 9);
        Finish(trainings[2], solved: true, cost: 0.25, sequences: 2000, seconds: 5);
        new SweepFolder(_folder).WriteFailure(trainings[3], "no memory");
        Finish(trainings[4], solved: false, cost: 7);

        var sweep = CollectedSweep.Read(_folder);
        var (first, second) = (sweep.Rows[0], sweep.Rows[1]);
        Assert.Equal((2, 4, 3, 1, 0), (first.Summary.Solved.Successes, first.Summary.Solved.Trials, first.Summary.Measured, first.Summary.Failed, first.Summary.Unmeasured));
        Assert.Equal(new Spread(0.25, 0.5, 4), first.Cost);
        Assert.Equal(new Spread(1000, 2000, 5000), first.Sequences);
        Assert.Equal(new Spread(3, 5, 9), first.Seconds);
        Assert.Equal((0, 1, 3), (second.Summary.Solved.Successes, second.Summary.Measured, second.Summary.Unmeasured));

        var json = JsonSerializer.SerializeToElement(sweep.Record(withTimes: true));
        var row = json.GetProperty("combinations")[0];
        Assert.Equal("constant", row.GetProperty("values").GetProperty("memory").GetString());
        // The roots of (p - 1/2)^2 = z^2 p (1 - p) / 4 with z = 1.96.
        Assert.Equal(0.1500, row.GetProperty("solvedLow").GetDouble(), 1e-4);
        Assert.Equal(0.8500, row.GetProperty("solvedHigh").GetDouble(), 1e-4);
        Assert.True(row.TryGetProperty("seconds", out _));
        Assert.DoesNotContain("seconds", JsonSerializer.Serialize(sweep.Record(withTimes: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_the_csv_is_a_training_and_quotes_what_it_must()
    {
        var plan = Plan("""{ "task": "copy", "vary": { "lr": [1e-3, 2e-3] }, "seeds": "3" }""");
        var trainings = plan.Trainings(0, [0, 1]);
        Finish(trainings[0], solved: true, cost: 0.5, sequences: 1000, seconds: 3.5);
        new SweepFolder(_folder).WriteFailure(trainings[1], "found 'a', \"b\"\nand more");
        var sweep = CollectedSweep.Read(_folder);
        Assert.Equal(
            "training,lr,seed,state,outcome,solved,sequences,cost,excess_cost,wrong,seconds,reason\n"
            + "0_lr=0.001_seed=3,0.001,3,done,completed,1,1000,0.5,0.5,0,3.5,\n"
            + "1_lr=0.002_seed=3,0.002,3,failed,,,,,,,,\"found 'a', \"\"b\"\"\nand more\"\n",
            SweepCsv.Of(sweep, withTimes: true));
        Assert.DoesNotContain("seconds", SweepCsv.Of(sweep, withTimes: false), StringComparison.Ordinal);
    }

    [Fact]
    public void The_seeds_of_train_are_a_sweep_too()
    {
        var settings = SettingsResolver.Resolve("copy", null, []);
        var run = new RunFolder(_folder);
        run.Prepare(settings);
        File.WriteAllText(run.SeedsFile, """{ "seeds": "4-5" }""");
        var own = settings.Clone();
        own.Seed = 5;
        Finish(new SweepTraining(1, "seed-5", 0, new SweepCombination(0, [], own), own), solved: false, cost: 3);
        var sweep = CollectedSweep.Read(_folder);
        Assert.Equal([("seed-4", "pending"), ("seed-5", "done")], sweep.Trainings.Select(t => (t.Training.Name, t.State)));
        Assert.Equal((0, 1, 1), (sweep.Rows[0].Summary.Solved.Successes, sweep.Rows[0].Summary.Measured, sweep.Rows[0].Summary.Unmeasured));
    }

    /// <summary>Few values have curves, many numbers points; a few texts that are many have none.</summary>
    [Fact]
    public void A_figure_has_curves_or_points()
    {
        var few = Plan("""{ "task": "copy", "vary": { "memory": ["constant", "random"] } }""");
        foreach (var training in few.Trainings(0, [0, 1]))
            Finish(training, solved: false, cost: 3);
        Assert.Null(VariedFigure.Of(CollectedSweep.Read(_folder), "memory"));
        foreach (var training in few.Trainings(0, [0, 1]))
            File.WriteAllText(Folder(training).HistoryJson, HistoryOf(10, 20));
        Assert.Contains("learning curves by memory", VariedFigure.Of(CollectedSweep.Read(_folder), "memory")!.Title, StringComparison.Ordinal);

        File.Delete(new SweepFolder(_folder).DefinitionFile);
        var many = Plan("""{ "task": "copy", "vary": { "lr": { "from": 1e-4, "to": 1e-1 } }, "random": { "count": 9 } }""");
        foreach (var training in many.Trainings(0, Enumerable.Range(0, 9)))
            Finish(training, solved: training.Number < 2, cost: 3);
        var figure = VariedFigure.Of(CollectedSweep.Read(_folder), "lr")!;
        Assert.Equal(("copy: each training by lr, 2 of 9 solved", "log10 of lr"), (figure.Title, figure.XLabel));
        Assert.True(figure.ToPng().Length > 1000);
    }

    private static string HistoryOf(params int[] sequences) =>
        JsonSerializer.Serialize(sequences.Select(s => new TrainingPoint(s, 3, 1, s)), JsonSerializerOptions.Web);

    private SweepPlan Plan(string json)
    {
        var folder = new SweepFolder(_folder);
        File.WriteAllText(folder.DefinitionFile, json);
        return new SweepPlan(folder.Definition(), folder.DefinitionFile);
    }

    private RunFolder Folder(SweepTraining training) => new(Path.Combine(_folder, training.Name));

    private IDisposable Hold(SweepTraining training) => Folder(training).Lock();

    private void WriteSettings(SweepTraining training, Action<TrainSettings>? change = null)
    {
        var settings = training.Settings.Clone();
        change?.Invoke(settings);
        Folder(training).Prepare(settings);
    }

    private void Finish(SweepTraining training, bool solved, double cost, long sequences = 100, double seconds = 1, Action<TrainSettings>? change = null)
    {
        WriteSettings(training, change);
        new TrainingSummary("copy", "ntm-lstm", "cpu", training.Settings.Seed, solved, "completed", sequences, seconds, cost, cost, 0, "model.safetensors").Write(Folder(training));
        File.WriteAllText(Folder(training).ModelFile, "");
    }
}
