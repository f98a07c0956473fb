using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Tests.Shared;
using Ntm.Training.Search;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Search;

public sealed class BranchSearchTests : IDisposable
{
    private const int Trained = 40;
    private const int Measuring = 20;

    private static readonly AssociativeRecallTask Task = Items(2, 6);

    private static readonly GoalEvaluation Goals = new(
        [new("2 to 6 items", Task), new("10 items", Items(10, 10)), new("15 items", Items(15, 15))],
        [new("2 to 6 items", Metric.Wrong, Limit.Zero), new("10 items", Metric.Wrong, Limit.Zero), new("15 items", Metric.Wrong, Limit.Below(0.5))]);

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-branches-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_best_of_all_generations_is_kept_and_the_last_goes_on()
    {
        var (run, options) = (Run("run"), Options(generations: 4));
        using var model = Model();
        var progress = Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken)!;

        Assert.Equal(4, progress.Generations.Count);
        Assert.Equal(Text(progress), Text(BranchSearchProgress.Read(run)!));
        var best = progress.Generations.Select(g => g.Measured).Append(progress.Before).MinBy(d => d.Distance);
        Assert.Equal(best, progress.Best);
        Assert.Equal(best, Measured(model));
        using var kept = Loaded(Files(run).BestFile);
        Assert.Equal(Numbers(model), Numbers(kept));
        // Else the generations would all have been worse than their start, and this would test nothing.
        Assert.NotEqual(progress.Before, best);
        using var last = Loaded(Files(run).NextFile);
        Assert.Equal(progress.Generations[^1].Measured, Measured(last));
    }

    [Fact]
    public void Of_the_branches_of_a_generation_the_best_goes_on()
    {
        var (run, options) = (Run("run"), Options(generations: 1));
        using var model = Model();
        using var start = ModelSnapshot.Of(model);
        var generation = Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken)!.Generations[0];

        // Each branch by itself, as the documentation has it.
        var costs = new List<double>();
        for (var branch = 0; branch < options.Branches; branch++)
        {
            start.CopyTo(model);
            var training = Training();
            (training.Optimizer.LearningRate, training.Schedule, training.FinalRate) = (training.Optimizer.LearningRate * 0.5 * ((double[])[1, 0.5, 2])[branch], LearningRateSchedule.Cosine, 0.1);
            (training.Sequences, training.Seed, training.EvaluationInterval, training.StopWhenSolved) = (options.BranchSequences, Search(options, run, model).SeedOf(0, branch), 0, false);
            new Trainer(model, Task, training).Train(cancellationToken: TestContext.Current.CancellationToken);
            costs.Add(Goals.Measure(model, sequences: 100, seed: 3, TestContext.Current.CancellationToken).Distance);
        }

        Assert.Equal(options.Branches, costs.Distinct().Count());
        Assert.Equal(costs.Min(), generation.Chosen.Distance);
        Assert.Equal(costs.IndexOf(costs.Min()), generation.Branch);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void After_five_generations_without_a_better_one_the_best_goes_on_again(int without, bool isBack)
    {
        var (run, options) = (Run("run"), Options(generations: without + 1));
        using var model = Model();
        using var best = Model();
        using (no_grad())
            best.named_parameters().First().parameter.add_(1);
        // No model is better than that.
        Begin(run, model, best, new(1, 1e-9), [.. Enumerable.Range(0, without).Select(_ => new BranchGeneration(0, 1, new(1, 1), new(1, 1), 1))]);
        Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken);
        using var next = Loaded(Files(run).NextFile);
        Assert.Equal(isBack, Numbers(best).SelectMany(n => n).SequenceEqual(Numbers(next).SelectMany(n => n)));
    }

    [Fact]
    public void In_the_end_the_best_settles_with_larger_batches()
    {
        var (run, options) = (Run("run"), Options(generations: 3, settle: 48));
        using var model = Model();
        var progress = Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken)!;

        // By itself, as the documentation has it.
        using var expected = Loaded(Files(run).BestFile);
        Assert.Equal(progress.Best, Measured(expected));
        var training = Training();
        (training.Optimizer.LearningRate, training.Schedule, training.FinalRate, training.BatchSize) = (training.Optimizer.LearningRate * 0.2, LearningRateSchedule.Cosine, 0, 16);
        (training.Sequences, training.EvaluationInterval, training.StopWhenSolved) = (48, 0, false);
        new Trainer(expected, Task, training).Train(cancellationToken: TestContext.Current.CancellationToken);
        using var settled = Loaded(Files(run).SettledFile);
        Assert.Equal(Numbers(expected), Numbers(settled));
        Assert.Equal((48, Measured(settled)), (progress.Settled!.Sequences, progress.Settled.Measured));
        Assert.Equal((3 * 3 * 20) + 48, progress.Sequences(options));
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(1000, true)]
    public void What_settled_is_kept_if_it_is_better(double best, bool isKept)
    {
        var (run, options) = (Run("run"), Options(generations: 1, settle: 32));
        using var model = Model();
        Begin(run, model, model, new(1, 2000), [new BranchGeneration(0, 1, new(1, 1), new(1, best), 1)]);
        var progress = Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken)!;
        // Neither case would test anything else.
        Assert.InRange(progress.Settled!.Measured.Distance, 0.6, 999);
        using var kept = Loaded(isKept ? Files(run).SettledFile : Files(run).BestFile);
        using var other = Loaded(isKept ? Files(run).BestFile : Files(run).SettledFile);
        Assert.Equal(Numbers(kept), Numbers(model));
        Assert.NotEqual(Numbers(other), Numbers(model));
    }

    /// <summary>More generations after settling, fewer, another settling, none: the last gives the result of a search that began with it.</summary>
    [Fact]
    public void The_last_options_decide_bit_for_bit()
    {
        var (straight, changing) = (Run("straight"), Run("changing"));
        using var expected = Model();
        var whole = Ask(straight, expected, 4, 64);
        foreach (var (generations, settle) in ((int, int)[])[(2, 32), (3, 32), (1, 0), (4, 0), (4, 32), (4, 64)])
        {
            using var model = Model();
            var progress = Ask(changing, model, generations, settle);
            Assert.Equal(settle, progress.Settled?.Sequences ?? 0);
            if ((generations, settle) == (4, 64))
                Assert.Equal(Numbers(expected), Numbers(model));
        }

        AssertSame(straight, whole, changing, BranchSearchProgress.Read(changing)!);

        static BranchSearchProgress Ask(string run, NeuralTuringMachine model, int generations, int settle) =>
            Search(Options(generations, settle), run, model).Run(Trained, null, TestContext.Current.CancellationToken)!;
    }

    [Fact]
    public void However_often_it_is_interrupted_it_ends_in_the_same_bits()
    {
        var options = Options(generations: 3, settle: 64);
        var (straight, halting) = (Run("straight"), Run("halting"));
        using var expected = Model();
        var whole = Search(options, straight, expected).Run(Trained, null, TestContext.Current.CancellationToken)!;

        BranchSearchProgress? progress;
        var interruptions = 0;
        do
        {
            // Longer every time, so that it gets anywhere.
            using var halt = new CancellationTokenSource(TimeSpan.FromMilliseconds(30 + (20 * interruptions++)));
            using var model = Model();
            progress = Search(options, halting, model).Run(Trained, null, halt.Token);
        }
        while (progress?.Settled is null);

        Assert.True(interruptions > 1);
        AssertSame(straight, whole, halting, progress);
    }

    [Fact]
    public void More_training_makes_what_branches_found_void()
    {
        var (run, options) = (Run("run"), Options(generations: 1));
        using var model = Model();
        Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken);
        using var longer = Model();
        var progress = Search(options, run, longer).Run(Trained + 1, null, TestContext.Current.CancellationToken)!;
        Assert.Equal((Trained + 1, 1), (progress.TrainedSequences, progress.Generations.Count));
    }

    [Fact]
    public void It_ends_as_soon_as_every_goal_is_reached()
    {
        var (run, options) = (Run("run"), Options(generations: 5));
        options.StopWhenSolved = true;
        using var model = Model();
        Begin(run, model, model, new(1, 1), [new BranchGeneration(0, 1, new(1, 1), new(0, 0.5), 1)]);
        Assert.Single(Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken)!.Generations);
    }

    [Fact]
    public void A_search_whose_branches_all_diverge_says_so_and_loses_nothing()
    {
        var (run, options) = (Run("run"), Options(generations: 1));
        using var model = Model();
        using (no_grad())
            model.named_parameters().First().parameter.fill_(float.NaN);
        Assert.Throws<TrainingDivergedException>(() => Search(options, run, model).Run(Trained, null, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(Files(run).BestFile));
        Assert.Empty(BranchSearchProgress.Read(run)!.Generations);
    }

    [Fact]
    public void No_two_branches_train_on_the_same_sequences()
    {
        using var model = Model();
        var search = Search(Options(generations: 1), Run("run"), model);
        int[] seeds = [.. from generation in Enumerable.Range(0, 200) from branch in Enumerable.Range(0, 3) select search.SeedOf(generation, branch)];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
    }

    [Fact]
    public void Damaged_files_are_refused()
    {
        var run = Run("run");
        var files = Files(run);
        using (var model = Model())
            Begin(run, model, model, new(1, 1), [new BranchGeneration(0, 1, new(1, 1), new(0, 0.5), 1)]);
        DamagedFiles.AreRefusedOrRead<InvalidDataException>(files.NextFile, _ => BranchSearchProgress.Read(run), DamagedFiles.Count / 8);
        File.Copy(files.BestFile, files.NextFile, overwrite: true);
        Assert.Contains("branches", Assert.Throws<InvalidDataException>(() => BranchSearchProgress.Read(run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_model_with_other_sizes_is_refused_by_name()
    {
        var (run, options) = (Run("run"), Options(generations: 1));
        using var model = Model();
        Search(options, run, model).Check();
        Begin(run, model, model, new(1, 1), []);
        Search(options, run, model).Check();
        using var other = Model(size: 9);
        new BranchModelFile().Save(other, Files(run).BestFile, new Dictionary<string, string>());
        var message = Assert.Throws<InvalidDataException>(() => Search(options, run, model).Check()).Message;
        Assert.Contains(Files(run).BestFile, message, StringComparison.Ordinal);
        Assert.Contains("controller", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_observer_is_told_what_happens_in_its_order()
    {
        using var model = Model();
        var observer = new Recorded();
        Search(Options(generations: 2, settle: 32), Run("run"), model).Run(Trained, observer, TestContext.Current.CancellationToken);
        Assert.Equal(["start 0", "generation 1", "generation 2", "settling", "32 sequences", "settled 32"], observer.Calls);
    }

    [Fact]
    public void A_users_model_and_format_are_searched()
    {
        using var model = new LinearModel();
        var task = new EchoTask();
        var goals = new GoalEvaluation([new("echo", task)], [new("echo", Metric.Cost, Limit.Below(0.01))]);
        var format = new Counting();
        var before = model.Values();
        var search = new BranchSearch(model, task, new TrainingOptions { Optimizer = new Adam { LearningRate = 0.05 } }, Options(generations: 2), goals.Measure, Run("run"), format);
        var progress = search.Run(0, cancellationToken: TestContext.Current.CancellationToken)!;
        Assert.True(progress.Best.Distance < progress.Before.Distance);
        Assert.NotEqual(before, model.Values());
        Assert.True(format.Saved >= 4);
        Assert.Equal(2 * 3 * 20, progress.Sequences(Options(generations: 2)));
    }

    [Fact]
    public void What_cannot_be_searched_is_refused_by_name()
    {
        using var model = Model();
        using var narrow = new LinearModel();
        Assert.Contains("Branches is 0", Assert.Throws<OptionsValidationException>(() => Search(new BranchSearchOptions { Branches = 0 }, Run("run"), model)).Message, StringComparison.Ordinal);
        var fast = Options(generations: 1);
        fast.BranchRate = 1_000;
        Assert.Contains("LearningRate", Assert.Throws<OptionsValidationException>(() => new BranchSearch(model, Task, new TrainingOptions { Optimizer = new Sgd { LearningRate = 999 } }, fast, Goals.Measure, Run("run"))).Message, StringComparison.Ordinal);
        Assert.Equal("model", Assert.Throws<ArgumentException>(() => new BranchSearch(narrow, Task, Training(), Options(generations: 1), Goals.Measure, Run("run"))).ParamName);
        Assert.Equal("folder", Assert.Throws<ArgumentException>(() => Search(Options(generations: 1), " ", model)).ParamName);
        Assert.Equal("trainedSequences", Assert.Throws<ArgumentOutOfRangeException>(() => Search(Options(generations: 1), Run("run"), model).Run(-1)).ParamName);
        Assert.False(Directory.Exists(Run("run")));
    }

    [Fact]
    public void A_snapshot_of_another_model_changes_nothing()
    {
        using var model = Model();
        using var other = Model(size: 9);
        using var snapshot = ModelSnapshot.Of(other);
        var before = Numbers(model);
        Assert.Contains("controller", Assert.Throws<ArgumentException>(() => snapshot.CopyTo(model)).Message, StringComparison.Ordinal);
        using var narrow = new LinearModel();
        Assert.Contains("3 parameters", Assert.Throws<ArgumentException>(() => snapshot.CopyTo(narrow)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Numbers(model));
    }

    private static BranchSearchFolder Files(string run) => new(run);

    /// <summary>Writes the files of a search after some generations.</summary>
    private static void Begin(string run, NeuralTuringMachine next, NeuralTuringMachine best, GoalScore before, BranchGeneration[] generations)
    {
        var files = Files(run);
        files.Prepare();
        new BranchModelFile().Save(best, files.BestFile, new Dictionary<string, string>());
        new BranchModelFile().Save(next, files.NextFile, new BranchSearchProgress(Trained, before, generations).ToMetadata());
    }

    private static void AssertSame(string expectedRun, BranchSearchProgress expected, string run, BranchSearchProgress actual)
    {
        Assert.Equal(Timeless(expected), Timeless(actual));
        foreach (var file in (Func<BranchSearchFolder, string>[])[f => f.NextFile, f => f.BestFile, f => f.SettledFile])
        {
            using var one = Loaded(file(Files(expectedRun)));
            using var other = Loaded(file(Files(run)));
            Assert.Equal(Numbers(one), Numbers(other));
        }

        static string Timeless(BranchSearchProgress progress) => Text(progress with
        {
            Generations = [.. progress.Generations.Select(g => g with { Seconds = 0 })],
            Settled = progress.Settled! with { Seconds = 0 },
        });
    }

    private static string Text(BranchSearchProgress progress) => Assert.Single(progress.ToMetadata()).Value;

    private static BranchSearch Search(BranchSearchOptions options, string run, NeuralTuringMachine model, IBranchModelFile? format = null) =>
        new(model, Task, Training(), options, Goals.Measure, run, format);

    private string Run(string name) => Path.Combine(_folder, name);

    private static GoalScore Measured(NeuralTuringMachine model) => Goals.Measure(model, Measuring, seed: 2, TestContext.Current.CancellationToken);

    private static BranchSearchOptions Options(int generations, int settle = 0) => new()
    {
        Generations = generations,
        Branches = 3,
        BranchSequences = 20,
        MeasuringSequences = Measuring,
        StopWhenSolved = false,
        SettleSequences = settle,
    };

    private static TrainingOptions Training() => new() { Optimizer = new GravesRmsProp { LearningRate = 0.003 } };

    private static NeuralTuringMachine Model(int size = 8) => new(
        new NtmOptions { InputSize = Task.InputSize, OutputSize = Task.OutputSize, Controller = ControllerKind.Feedforward, ControllerSize = size, MemoryLocations = 8, MemoryWidth = 6 }, seed: 1)
    {
        Threads = 1,
    };

    private static NeuralTuringMachine Loaded(string file)
    {
        var model = Model();
        using var weights = new BranchModelFile().Load(model, file);
        weights.CopyTo(model);
        return model;
    }

    private static AssociativeRecallTask Items(int least, int most) => new(new AssociativeRecallOptions { MinItems = least, MaxItems = most });

    private static float[][] Numbers(NeuralTuringMachine model) => [.. model.named_parameters().Select(p => p.parameter.data<float>().ToArray())];

    private sealed class Recorded : IBranchSearchObserver
    {
        public List<string> Calls { get; } = [];

        public void OnStart(BranchSearchProgress progress) => Calls.Add($"start {progress.Generations.Count}");

        public void OnGeneration(BranchSearchProgress progress) => Calls.Add($"generation {progress.Generations.Count}");

        public void OnSettling(BranchSearchProgress progress) => Calls.Add("settling");

        public void OnSettlingProgress(TrainingProgress progress) => Calls.Add($"{progress.Point.Sequences} sequences");

        public void OnSettled(BranchSearchProgress progress) => Calls.Add($"settled {progress.Settled!.Sequences}");
    }

    private sealed class Counting : IBranchModelFile
    {
        private readonly BranchModelFile _files = new();

        public int Saved { get; private set; }

        public void Save(ISequenceModel model, string path, IReadOnlyDictionary<string, string> metadata)
        {
            Saved++;
            _files.Save(model, path, metadata);
        }

        public ModelSnapshot Load(ISequenceModel model, string path) => _files.Load(model, path);
    }
}
