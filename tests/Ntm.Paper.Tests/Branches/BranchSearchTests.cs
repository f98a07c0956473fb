using System.Text.Json.Nodes;
using Ntm.Paper.Branches;
using Ntm.Paper.Catalog;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Tests.Shared;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Paper.Tests.Branches;

public sealed class BranchSearchTests : IDisposable
{
    private const int Trained = 40;
    private const int Measuring = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-branches-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_best_of_all_generations_is_kept_and_the_last_goes_on()
    {
        var (run, settings) = (Run("run"), Settings(generations: 4));
        using var model = Model(settings);
        var progress = Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken)!;

        Assert.Equal(4, progress.Generations.Count);
        Assert.Equal(RecordFile.Line(progress), RecordFile.Line(BranchProgress.Read(Files(run))!));
        var best = progress.Generations.Select(g => g.Measured).Append(progress.Before).MinBy(d => d.Distance);
        Assert.Equal(best, progress.Best);
        Assert.Equal(best, Measured(settings, model));
        using var kept = PaperModel.Load(Files(run).BestFile);
        Assert.Equal(Numbers(model), Numbers(kept));
        // Else the generations would all have been worse than their start, and this would test nothing.
        Assert.NotEqual(progress.Before, best);
        using var last = PaperModel.Load(Files(run).NextFile);
        Assert.Equal(progress.Generations[^1].Measured, Measured(settings, last));
    }

    [Fact]
    public void Of_the_branches_of_a_generation_the_best_goes_on()
    {
        var (run, settings) = (Run("run"), Settings(generations: 1));
        using var model = Model(settings);
        using var start = Weights.Of(model.Sequences);
        var generation = Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken)!.Generations[0];

        // Each branch by itself, as the documentation has it.
        var costs = new List<double>();
        for (var branch = 0; branch < settings.Branches; branch++)
        {
            start.CopyTo(model.Sequences);
            var options = TrainerOptions.Of(settings);
            (options.Optimizer.LearningRate, options.Schedule, options.FinalRate) = (settings.Optimizer.LearningRate * 0.5 * ((double[])[1, 0.5, 2])[branch], LearningRateSchedule.Cosine, 0.1);
            (options.Sequences, options.Seed, options.EvaluationInterval, options.StopWhenSolved) = (settings.BranchSequences, Search(settings, run).SeedOf(0, branch), 0, false);
            new Trainer(model.Sequences, Task(settings), options).Train(cancellationToken: TestContext.Current.CancellationToken);
            costs.Add(new GoalMeasurement(settings).Of(model.Sequences, sequences: 100, seed: 3, TestContext.Current.CancellationToken).Distance);
        }

        Assert.Equal(settings.Branches, costs.Distinct().Count());
        Assert.Equal(costs.Min(), generation.Chosen.Distance);
        Assert.Equal(costs.IndexOf(costs.Min()), generation.Branch);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void After_five_generations_without_a_better_one_the_best_goes_on_again(int without, bool isBack)
    {
        var (run, settings) = (Run("run"), Settings(generations: without + 1));
        using var model = Model(settings);
        using var best = Model(settings);
        using (no_grad())
            best.Sequences.named_parameters().First().parameter.add_(1);
        // No model is better than that.
        Begin(run, model, best, new(1, 1e-9), [.. Enumerable.Range(0, without).Select(_ => new Generation(0, 1, new(1, 1), new(1, 1), 1))]);
        Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken);
        using var next = PaperModel.Load(Files(run).NextFile);
        Assert.Equal(isBack, Numbers(best).SelectMany(n => n).SequenceEqual(Numbers(next).SelectMany(n => n)));
    }

    [Fact]
    public void In_the_end_the_best_settles_with_larger_batches()
    {
        var (run, settings) = (Run("run"), Settings(generations: 3, settle: 48));
        using var model = Model(settings);
        var progress = Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken)!;

        // By itself, as the documentation has it.
        using var expected = PaperModel.Load(Files(run).BestFile);
        Assert.Equal(progress.Best, Measured(settings, expected));
        var options = TrainerOptions.Of(settings);
        (options.Optimizer.LearningRate, options.Schedule, options.FinalRate, options.BatchSize) = (settings.Optimizer.LearningRate * 0.2, LearningRateSchedule.Cosine, 0, 16);
        (options.Sequences, options.Seed, options.EvaluationInterval, options.StopWhenSolved) = (48, settings.Seed, 0, false);
        new Trainer(expected.Sequences, Task(settings), options).Train(cancellationToken: TestContext.Current.CancellationToken);
        using var settled = PaperModel.Load(Files(run).SettledFile);
        Assert.Equal(Numbers(expected), Numbers(settled));
        Assert.Equal((48, Measured(settings, settled)), (progress.Settled!.Sequences, progress.Settled.Measured));
        Assert.Equal((3 * 3 * 20) + 48, progress.Sequences(settings));
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(1000, true)]
    public void What_settled_is_kept_if_it_is_better(double best, bool isKept)
    {
        var (run, settings) = (Run("run"), Settings(generations: 1, settle: 32));
        using var model = Model(settings);
        Begin(run, model, model, new(1, 2000), [new Generation(0, 1, new(1, 1), new(1, best), 1)]);
        var progress = Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken)!;
        // Neither case would test anything else.
        Assert.InRange(progress.Settled!.Measured.Distance, 0.6, 999);
        using var kept = PaperModel.Load(isKept ? Files(run).SettledFile : Files(run).BestFile);
        using var other = PaperModel.Load(isKept ? Files(run).BestFile : Files(run).SettledFile);
        Assert.Equal(Numbers(kept), Numbers(model));
        Assert.NotEqual(Numbers(other), Numbers(model));
    }

    /// <summary>More generations after it has settled, fewer, another settling, none: the last is as if it had been asked for at once.</summary>
    [Fact]
    public void Whatever_was_asked_for_before_it_ends_in_the_same_bits()
    {
        var (straight, changing) = (Run("straight"), Run("changing"));
        using var expected = Model(Settings(generations: 4, settle: 64));
        var whole = Ask(straight, expected, 4, 64);
        foreach (var (generations, settle) in ((int, int)[])[(2, 32), (3, 32), (1, 0), (4, 0), (4, 32), (4, 64)])
        {
            using var model = Model(Settings(generations, settle));
            var progress = Ask(changing, model, generations, settle);
            Assert.Equal(settle, progress.Settled?.Sequences ?? 0);
            if ((generations, settle) == (4, 64))
                Assert.Equal(Numbers(expected), Numbers(model));
        }

        AssertSame(straight, whole, changing, BranchProgress.Read(Files(changing))!);

        static BranchProgress Ask(RunFolder run, PaperModel model, int generations, int settle)
        {
            var settings = Settings(generations, settle);
            return Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken)!;
        }
    }

    [Fact]
    public void However_often_it_is_interrupted_it_ends_in_the_same_bits()
    {
        var settings = Settings(generations: 3, settle: 64);
        var (straight, halting) = (Run("straight"), Run("halting"));
        using var expected = Model(settings);
        var whole = Search(settings, straight).Run(expected, Task(settings), Trained, TestContext.Current.CancellationToken)!;

        BranchProgress? progress;
        var interruptions = 0;
        do
        {
            // Longer every time, so that it gets anywhere.
            using var halt = new CancellationTokenSource(TimeSpan.FromMilliseconds(30 + (20 * interruptions++)));
            using var model = Model(settings);
            progress = Search(settings, halting).Run(model, Task(settings), Trained, halt.Token);
        }
        while (progress?.Settled is null);

        Assert.True(interruptions > 1);
        AssertSame(straight, whole, halting, progress);
    }

    [Fact]
    public void More_training_makes_what_branches_found_void()
    {
        var (run, settings) = (Run("run"), Settings(generations: 1));
        using var model = Model(settings);
        Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken);
        using var longer = Model(settings);
        var progress = Search(settings, run).Run(longer, Task(settings), Trained + 1, TestContext.Current.CancellationToken)!;
        Assert.Equal((Trained + 1, 1), (progress.TrainedSequences, progress.Generations.Count));
    }

    [Fact]
    public void It_ends_as_soon_as_every_goal_is_reached()
    {
        var settings = Settings(generations: 5);
        settings.Until = Until.Solved;
        var run = Run("run");
        using var model = Model(settings);
        Begin(run, model, model, new(1, 1), [new Generation(0, 1, new(1, 1), new(0, 0.5), 1)]);
        Assert.Single(Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken)!.Generations);
    }

    [Fact]
    public void A_search_whose_branches_all_diverge_says_so_and_loses_nothing()
    {
        var (run, settings) = (Run("run"), Settings(generations: 1));
        using var model = Model(settings);
        using (no_grad())
            model.Sequences.named_parameters().First().parameter.fill_(float.NaN);
        Assert.Throws<TrainingDivergedException>(() => Search(settings, run).Run(model, Task(settings), Trained, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(Files(run).BestFile));
        Assert.Empty(BranchProgress.Read(Files(run))!.Generations);
    }

    [Fact]
    public void No_two_branches_train_on_the_same_sequences()
    {
        var search = Search(Settings(generations: 1), Run("run"));
        int[] seeds = [.. from generation in Enumerable.Range(0, 200) from branch in Enumerable.Range(0, 3) select search.SeedOf(generation, branch)];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
    }

    [Fact]
    public void Goals_are_those_of_the_papers_training_range()
    {
        var settings = SettingsResolver.Resolve("repeat-copy", null, new JsonObject { ["generations"] = 3, ["max-length"] = 5 });
        var message = Assert.Throws<UsageException>(() => new GoalMeasurement(settings)).Message;
        Assert.Contains("--generations is 3", message, StringComparison.Ordinal);
        Assert.Contains("length 1 to 5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused()
    {
        var (run, settings) = (Run("run"), Settings(generations: 1));
        var files = Files(run);
        using (var model = Model(settings))
            Begin(run, model, model, new(1, 1), [new Generation(0, 1, new(1, 1), new(0, 0.5), 1)]);
        DamagedFiles.AreRefusedOrRead<InvalidDataException>(files.NextFile, _ => BranchProgress.Read(files), DamagedFiles.Count / 8);
        File.Copy(files.BestFile, files.NextFile, overwrite: true);
        Assert.Contains("branches", Assert.Throws<InvalidDataException>(() => BranchProgress.Read(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_model_with_other_sizes_is_refused_by_name()
    {
        var (run, settings) = (Run("run"), Settings(generations: 1));
        using var model = Model(settings);
        Search(settings, run).Check(model);
        Begin(run, model, model, new(1, 1), []);
        Search(settings, run).Check(model);
        var others = Settings(generations: 1);
        others.Ntm.ControllerSize = 9;
        using var other = Model(others);
        other.Save(Files(run).BestFile, new Dictionary<string, string>());
        var message = Assert.Throws<InvalidDataException>(() => Search(settings, run).Check(model)).Message;
        Assert.Contains(Files(run).BestFile, message, StringComparison.Ordinal);
        Assert.Contains("controller", message, StringComparison.Ordinal);
    }

    private static BranchFolder Files(RunFolder run) => new(run);

    /// <summary>Where a search would be after some generations.</summary>
    private static void Begin(RunFolder run, PaperModel next, PaperModel best, BranchScore before, Generation[] generations)
    {
        var files = Files(run);
        files.Prepare();
        best.Save(files.BestFile, new Dictionary<string, string>());
        new BranchProgress(Trained, before, generations).Save(files, next);
    }

    private static void AssertSame(RunFolder expectedRun, BranchProgress expected, RunFolder run, BranchProgress actual)
    {
        Assert.Equal(Timeless(expected), Timeless(actual));
        foreach (var file in (Func<BranchFolder, string>[])[f => f.NextFile, f => f.BestFile, f => f.SettledFile])
        {
            using var one = PaperModel.Load(file(Files(expectedRun)));
            using var other = PaperModel.Load(file(Files(run)));
            Assert.Equal(Numbers(one), Numbers(other));
        }

        static string Timeless(BranchProgress progress) => RecordFile.Line(progress with
        {
            Generations = [.. progress.Generations.Select(g => g with { Seconds = 0 })],
            Settled = progress.Settled! with { Seconds = 0 },
        });
    }

    private static BranchSearch Search(TrainSettings settings, RunFolder run) => new(settings, run, new Terminal(json: false)) { MeasuringSequences = Measuring };

    private RunFolder Run(string name)
    {
        var run = new RunFolder(Path.Combine(_folder, name));
        Directory.CreateDirectory(run.Path);
        return run;
    }

    private static BranchScore Measured(TrainSettings settings, PaperModel model) =>
        new GoalMeasurement(settings).Of(model.Sequences, Measuring, seed: 2, TestContext.Current.CancellationToken);

    private static TrainSettings Settings(int generations, int settle = 0) => SettingsResolver.Resolve("associative-recall", null, new JsonObject
    {
        ["architecture"] = "ntm-ff",
        ["controller-size"] = 8,
        ["heads"] = 1,
        ["memory-locations"] = 8,
        ["memory-width"] = 6,
        ["threads"] = 1,
        ["until"] = "end",
        ["lr"] = 0.003,
        ["generations"] = generations,
        ["branches"] = 3,
        ["branch-sequences"] = 20,
        ["settle-sequences"] = settle,
    });

    private static SequenceTask Task(TrainSettings settings) => TaskCatalog.Find(settings.Task).Create(settings);

    private static PaperModel Model(TrainSettings settings) => ModelFactory.Create(settings, Task(settings));

    private static float[][] Numbers(PaperModel model) => [.. model.Sequences.named_parameters().Select(p => p.parameter.data<float>().ToArray())];
}
