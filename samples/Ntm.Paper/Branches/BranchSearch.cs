using System.Diagnostics;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Branches;

/// <summary>
/// Chooses, again and again, among short trainings that start from the same model: a (1, λ) evolution strategy whose mutations are trainings.
/// Every branch trains within the task's training range, on sequences of its own, with a cosine from its learning rate to a tenth of it; the one
/// with the best <see cref="BranchScore"/> on held-out sequences goes on, even if it is worse than what it came from, for many a model is better
/// by luck than its neighbours are. Of all generations the best on other held-out sequences is kept, and goes on again where several have not been
/// better. In the end it settles: a training with larger batches, of which the generations know nothing, removes the rare errors that single
/// sequences leave, and is kept if what comes of it is better still.
/// </summary>
/// <param name="settings">The settings of the training.</param>
/// <param name="folder">Its folder, where every generation is saved.</param>
/// <param name="terminal">Where progress is shown.</param>
internal sealed class BranchSearch(TrainSettings settings, RunFolder folder, Terminal terminal)
{
    /// <summary>Held-out sequences of each condition that tell the branches of a generation apart.</summary>
    private const int ChoosingSequences = 100;

    /// <summary>The seed of those that tell generations apart, beyond those of reports and of what chooses among models; the former have the seeds that follow.</summary>
    private const int MeasuringSeed = ModelCardMaker.SelectionSeed + 1;

    private const double FinalRate = 0.1;

    /// <summary>Generations without a better one, after which the best goes on again.</summary>
    private const int Patience = 5;

    /// <summary>Held-out sequences of each condition that tell generations apart.</summary>
    public int MeasuringSequences { get; init; } = 1_000;

    private readonly GoalMeasurement _goals = new(settings);

    private readonly BranchFolder _files = new(folder);

    /// <summary>Sees that what is in the folder, if anything is, can be gone on from. Changes nothing.</summary>
    /// <param name="model">A model of the training's settings.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or another model's.</exception>
    public void Check(PaperModel model)
    {
        if (BranchProgress.Read(_files) is null)
            return;
        foreach (var file in ((string[])[_files.NextFile, _files.BestFile, _files.SettledFile]).Where(File.Exists))
        {
            using var saved = Read(file, model);
        }
    }

    /// <summary>Searches from a trained model, or from where the search of the same training was interrupted.</summary>
    /// <param name="model">The trained model; afterwards the best that was found.</param>
    /// <param name="task">Its task, with the training range.</param>
    /// <param name="trainedSequences">Sequences that it was trained on.</param>
    /// <param name="cancellation">Ends the search after what is computed at the moment; what was found stays in model and folder.</param>
    /// <returns>How far it got; <see langword="null"/> if it was cancelled before anything was measured.</returns>
    /// <exception cref="TrainingDivergedException">All branches of a generation diverged, or settling did.</exception>
    /// <exception cref="InvalidDataException">The folder is damaged.</exception>
    public BranchProgress? Run(PaperModel model, SequenceTask task, long trainedSequences, CancellationToken cancellation)
    {
        _files.Prepare();
        var progress = Restore(trainedSequences);
        try
        {
            progress ??= Begin(model, trainedSequences, cancellation);
            terminal.Line(Invariant($"Branches: {settings.Generations:N0} generations of {settings.Branches:N0}, each on {settings.BranchSequences:N0} sequences; {progress.Generations.Count:N0} are done. Before them: {Words(progress.Before)}."));
            Load(_files.NextFile, model);
            while (IsSearching(progress))
            {
                progress = Advance(model, task, progress, cancellation);
                terminal.Live(Line(progress), keep: true);
            }

            if (settings.SettleSequences > 0 && progress.Settled is null)
                progress = Settle(model, task, progress, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The generation, or settling, begins anew when the training goes on.
        }

        if (progress is not null)
            Load(progress.Settled is { } settled && progress.IsBetter(settled.Measured) ? _files.SettledFile : _files.BestFile, model);
        return progress;
    }

    private bool IsSearching(BranchProgress progress) =>
        progress.Generations.Count < settings.Generations && !(settings.Until == Until.Solved && progress.Best.MissedGoals == 0);

    private BranchProgress? Restore(long trainedSequences)
    {
        // Of a training that has since gone on, nothing is of use.
        if (BranchProgress.Read(_files) is not { } progress || progress.TrainedSequences != trainedSequences || !File.Exists(_files.BestFile))
            return null;
        // Nor is a settling of another length, or of what the search now goes on from.
        var isSettled = progress.Settled?.Sequences == settings.SettleSequences && !IsSearching(progress) && File.Exists(_files.SettledFile);
        return isSettled ? progress : progress with { Settled = null };
    }

    private BranchProgress Begin(PaperModel model, long trainedSequences, CancellationToken cancellation)
    {
        var progress = new BranchProgress(trainedSequences, Measure(model, cancellation), []);
        Save(model, _files.BestFile);
        progress.Save(_files, model);
        return progress;
    }

    /// <summary>One generation; the model has its start before and its end afterwards.</summary>
    private BranchProgress Advance(PaperModel model, SequenceTask task, BranchProgress progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var number = progress.Generations.Count;
        using var start = Weights.Of(model.Sequences);
        Weights? chosen = null;
        var (branch, score) = (0, default(BranchScore));
        TrainingDivergedException? divergence = null;
        try
        {
            for (var b = 0; b < settings.Branches; b++)
            {
                start.CopyTo(model.Sequences);
                try
                {
                    Train(model, task, Options(settings.BranchSequences, Rate(b), FinalRate, SeedOf(number, b)), null, cancellation);
                }
                catch (TrainingDivergedException e)
                {
                    divergence = e;
                    continue;
                }

                var of = _goals.Of(model.Sequences, ChoosingSequences, MeasuringSeed + 1 + number, cancellation);
                // By the distance alone: on so few sequences a goal is reached by chance too often.
                if (chosen is not null && of.Distance >= score.Distance)
                    continue;
                chosen?.Dispose();
                (chosen, branch, score) = (Weights.Of(model.Sequences), b, of);
            }

            if (chosen is null)
                throw divergence!;
            chosen.CopyTo(model.Sequences);
        }
        finally
        {
            chosen?.Dispose();
        }

        var measured = Measure(model, cancellation);
        // The best first: if this is interrupted between the two files, the generation is done again, with the same result.
        if (progress.IsBetter(measured))
            Save(model, _files.BestFile);
        progress = progress with { Generations = [.. progress.Generations, new Generation(branch, Rate(branch), score, measured, clock.Elapsed.TotalSeconds)] };
        if (progress.SinceBest > 0 && progress.SinceBest % Patience == 0)
            Load(_files.BestFile, model);
        progress.Save(_files, model);
        return progress;
    }

    /// <summary>The end of the search. What generations go on from stays as it is: with more of them the model is the one of a search that had them at once.</summary>
    private BranchProgress Settle(PaperModel model, SequenceTask task, BranchProgress progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        terminal.Line(Invariant($"Settling on {settings.SettleSequences:N0} sequences, {settings.SettleBatch:N0} at once."));
        using var next = Weights.Of(model.Sequences);
        Load(_files.BestFile, model);
        var options = Options(settings.SettleSequences, settings.Optimizer.LearningRate * settings.SettleRate, finalRate: 0, settings.Seed);
        (options.BatchSize, options.ReportInterval) = (settings.SettleBatch, settings.ReportInterval);
        Train(model, task, options, new TrainingReporter(terminal), cancellation);
        var measured = Measure(model, cancellation);
        Save(model, _files.SettledFile);
        progress = progress with { Settled = new Settlement(settings.SettleSequences, measured, clock.Elapsed.TotalSeconds) };
        next.CopyTo(model.Sequences);
        progress.Save(_files, model);
        terminal.Line($"Settled: {Words(measured)}; before that, {Words(progress.Best)}. The better is kept.");
        return progress;
    }

    private BranchScore Measure(PaperModel model, CancellationToken cancellation) => _goals.Of(model.Sequences, MeasuringSequences, MeasuringSeed, cancellation);

    private static void Train(PaperModel model, SequenceTask task, TrainingOptions options, IProgress<TrainingProgress>? reporter, CancellationToken cancellation)
    {
        if (new Trainer(model.Sequences, task, options).Train(reporter, cancellation).Outcome == TrainingOutcome.Cancelled)
            throw new OperationCanceledException(cancellation);
    }

    private TrainingOptions Options(long sequences, double rate, double finalRate, int seed)
    {
        var options = TrainerOptions.Of(settings);
        (options.Sequences, options.ReportInterval, options.Seed) = (sequences, sequences, seed);
        (options.Optimizer.LearningRate, options.Schedule, options.FinalRate, options.RestartAt) = (rate, LearningRateSchedule.Cosine, finalRate, null);
        (options.EvaluationInterval, options.StopWhenSolved) = (0, false);
        (options.OnDivergence, options.CollapseShare, options.Checkpoints) = (DivergencePolicy.Stop, null, null);
        return options;
    }

    /// <summary>The seed of a branch's sequences.</summary>
    internal int SeedOf(int generation, int branch) => new TaskRandom((ulong)settings.Seed, ((long)generation * settings.Branches) + branch).NextInt(0, int.MaxValue);

    /// <summary>Once, half and twice in turn: which is best changes on the way.</summary>
    private double Rate(int branch) => settings.Optimizer.LearningRate * settings.BranchRate * (branch % 3) switch { 0 => 1, 1 => 0.5, _ => 2 };

    private string Line(BranchProgress progress)
    {
        var (done, last) = (progress.Generations.Count, progress.Generations[^1]);
        var left = TimeSpan.FromSeconds(progress.Seconds / done * (settings.Generations - done));
        return Invariant($"Generation {done} of {settings.Generations} | branch {last.Branch + 1}, {Words(last.Measured)} | best {Words(progress.Best)} | at most {TrainingReporter.Duration(left)} left");
    }

    private static string Words(BranchScore score) => Invariant($"goals missed {score.MissedGoals}, distance {(score.Distance < double.MaxValue ? TrainingReporter.Number(score.Distance) : "not finite")}");

    private void Save(PaperModel model, string file) =>
        model.Save(file, new Dictionary<string, string> { [RunFolder.SettingsKey] = SettingsJson.Write(settings) });

    private static void Load(string file, PaperModel model)
    {
        using var saved = Read(file, model);
        using var weights = Weights.Of(saved.Sequences);
        weights.CopyTo(model.Sequences);
    }

    /// <exception cref="InvalidDataException">The file's model has other sizes.</exception>
    private static PaperModel Read(string file, PaperModel model)
    {
        var saved = PaperModel.Load(file);
        var (found, expected) = (Shapes(saved), Shapes(model));
        if (found.SequenceEqual(expected))
            return saved;
        saved.Dispose();
        var other = found.Except(expected).FirstOrDefault() ?? "nothing";
        throw new InvalidDataException($"{file}: found {other}; expected the weights of the model that is trained, {expected.Except(found).FirstOrDefault() ?? "nothing else"}.");
    }

    private static string[] Shapes(PaperModel model) => [.. model.Sequences.named_parameters().Select(p => $"{p.name} [{string.Join(", ", p.parameter.shape)}]")];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
