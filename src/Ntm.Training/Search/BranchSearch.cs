using System.Diagnostics;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Shared;
using Ntm.Tasks;
using Ntm.Training.Checkpoints;
using Ntm.Training.Search;

namespace Ntm.Training;

/// <summary>Measures a model of a <see cref="BranchSearch"/>.</summary>
/// <param name="model">The model.</param>
/// <param name="sequences">Held-out sequences of each condition.</param>
/// <param name="seed">Their seed.</param>
/// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
/// <returns>The score. It must depend on nothing but the model, <paramref name="sequences"/> and <paramref name="seed"/>.</returns>
public delegate GoalScore BranchMeasure(ISequenceModel model, int sequences, int seed, CancellationToken cancellationToken);

/// <summary>A search among short trainings that start from the same model: a (1, λ) evolution strategy whose mutations are trainings.</summary>
/// <remarks>
/// <para>
/// In every generation some branches of the model are trained, each on its own sequences, with a cosine from its learning rate to a tenth of it. The
/// branch with the best <see cref="GoalScore"/> on held-out sequences is what the next generation starts from, even if it is worse than its parent:
/// many models are better than their neighbours by luck. The best of all generations, on other held-out sequences, is kept, and the next generation
/// starts from it again after some without a better one. In the end it may settle: a training with larger batches removes the rare errors that
/// updates by single sequences leave. What settled is kept if it is better.
/// </para>
/// <para>
/// A folder has what the search needs to resume. An interrupted search, one with more generations, and one with another settling end with the model
/// of a search that was given these options at once, bit by bit.
/// </para>
/// </remarks>
public sealed class BranchSearch
{
    private const double FinalRate = 0.1;

    /// <summary>The largest that <see cref="TrainingOptions.ReportInterval"/> may be.</summary>
    private const long MostReportInterval = 1_000_000_000;

    private readonly ISequenceModel _model;
    private readonly SequenceTask _task;
    private readonly TrainingOptions _training;
    private readonly BranchSearchOptions _options;
    private readonly BranchMeasure _measure;
    private readonly BranchSearchFolder _files;
    private readonly IBranchModelFile _format;
    private readonly string _folder;

    /// <summary>Makes a search.</summary>
    /// <param name="model">The trained model; after <see cref="Run"/> the best that was found. Stays the caller's.</param>
    /// <param name="task">The task, in the range that branches train on; its sizes must be the model's.</param>
    /// <param name="training">
    /// How branches and settling train; copied. Their learning rates, schedules, numbers of sequences and seeds are the search's; they neither
    /// evaluate nor save, and one that diverges is left out.
    /// </param>
    /// <param name="options">How the search proceeds; copied.</param>
    /// <param name="measure">Measures a model, such as <see cref="GoalEvaluation.Measure"/>.</param>
    /// <param name="folder">The folder of the search's files; made if there is none.</param>
    /// <param name="format">How models are written; <see langword="null"/> for <see cref="BranchModelFile"/>.</param>
    /// <exception cref="OptionsValidationException">An option is out of range; the message names it.</exception>
    /// <exception cref="ArgumentException">The task's sizes are not the model's, the model does not know its buffers
    /// (<see cref="ISequenceModel.named_buffers"/>), or <paramref name="folder"/> is empty.</exception>
    public BranchSearch(
        ISequenceModel model, SequenceTask task, TrainingOptions training, BranchSearchOptions options, BranchMeasure measure, string folder, IBranchModelFile? format = null)
    {
        Evaluator.CheckSizes(model, task);
        ModelWeights.ThrowIfUnknown(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        string[] violations = [.. RangeRules.Violations(options)];
        if (violations.Length > 0)
            throw new OptionsValidationException(nameof(BranchSearchOptions), typeof(BranchSearchOptions), violations);
        (_model, _task, _training, _options, _measure) = (model, task, training.Clone(), options.Clone(), measure);
        (_folder, _files, _format) = (folder, new BranchSearchFolder(folder), format ?? new BranchModelFile());
        foreach (var rate in (double[])[Rate(0), Rate(1), Rate(2), _training.Optimizer.LearningRate * _options.SettleRate])
            TrainingOptionsValidator.ThrowIfInvalid(OptionsOf(_options.BranchSequences, rate, FinalRate, _training.Seed));
    }

    /// <summary>Checks that the search can resume from what is in the folder, if anything is. Changes nothing.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or of a model with other sizes; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void Check()
    {
        if (BranchSearchProgress.Read(_folder) is null)
            return;
        foreach (var file in ((string[])[_files.NextFile, _files.BestFile, _files.SettledFile]).Where(File.Exists))
        {
            using var saved = _format.Load(_model, file);
        }
    }

    /// <summary>Searches from the model, or resumes the search of the same training in the folder.</summary>
    /// <param name="trainedSequences">Sequences that the model was trained on before. A search after another number of them starts over.</param>
    /// <param name="observer">Observes the search; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the search after the current batch. What was found stays in model and folder; the generation, or settling,
    /// starts over when the search resumes.</param>
    /// <returns>How far it got; <see langword="null"/> if it was cancelled before anything was measured.</returns>
    /// <exception cref="TrainingDivergedException">All branches of a generation diverged, or settling did. The folder keeps what was found before.</exception>
    /// <exception cref="InvalidDataException">The folder is damaged; the message names the file.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public BranchSearchProgress? Run(long trainedSequences, IBranchSearchObserver? observer = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trainedSequences);
        _files.Prepare();
        var progress = Restore(trainedSequences);
        try
        {
            progress ??= Begin(trainedSequences, cancellationToken);
            observer?.OnStart(progress);
            Load(_files.NextFile);
            while (IsSearching(progress))
            {
                progress = Advance(progress, cancellationToken);
                observer?.OnGeneration(progress);
            }

            if (_options.SettleSequences > 0 && progress.Settled is null)
            {
                observer?.OnSettling(progress);
                progress = Settle(progress, observer, cancellationToken);
                observer?.OnSettled(progress);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The generation, or settling, starts over when the search resumes.
        }

        if (progress is not null)
            Load(progress.IsSettledBest ? _files.SettledFile : _files.BestFile);
        return progress;
    }

    private bool IsSearching(BranchSearchProgress progress) =>
        progress.Generations.Count < _options.Generations && !(_options.StopWhenSolved && progress.Best.MissedGoals == 0);

    private BranchSearchProgress? Restore(long trainedSequences)
    {
        // After further training of the model, nothing is of use.
        if (BranchSearchProgress.Read(_folder) is not { } progress || progress.TrainedSequences != trainedSequences || !File.Exists(_files.BestFile))
            return null;
        // Nor is a settling of another length, or of a best that the search may still replace.
        var isSettled = progress.Settled?.Sequences == _options.SettleSequences && !IsSearching(progress) && File.Exists(_files.SettledFile);
        return isSettled ? progress : progress with { Settled = null };
    }

    private BranchSearchProgress Begin(long trainedSequences, CancellationToken cancellation)
    {
        var progress = new BranchSearchProgress(trainedSequences, Measure(cancellation), []);
        Save(_files.BestFile);
        SaveNext(progress);
        return progress;
    }

    /// <summary>One generation. The model is its start before and its end afterwards.</summary>
    private BranchSearchProgress Advance(BranchSearchProgress progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var number = progress.Generations.Count;
        using var start = ModelSnapshot.Of(_model);
        ModelSnapshot? chosen = null;
        var (branch, score) = (0, default(GoalScore));
        TrainingDivergedException? divergence = null;
        try
        {
            for (var b = 0; b < _options.Branches; b++)
            {
                start.CopyTo(_model);
                try
                {
                    Train(OptionsOf(_options.BranchSequences, Rate(b), FinalRate, SeedOf(number, b)), null, cancellation);
                }
                catch (TrainingDivergedException e)
                {
                    divergence = e;
                    continue;
                }

                var of = _measure(_model, _options.ChoosingSequences, _options.MeasuringSeed + 1 + number, cancellation);
                // By the distance alone: on so few sequences a goal is reached by chance too often.
                if (chosen is not null && of.Distance >= score.Distance)
                    continue;
                chosen?.Dispose();
                (chosen, branch, score) = (ModelSnapshot.Of(_model), b, of);
            }

            if (chosen is null)
                throw divergence!;
            chosen.CopyTo(_model);
        }
        finally
        {
            chosen?.Dispose();
        }

        var measured = Measure(cancellation);
        // The best first: after an interruption between the two files, the generation is computed again, with the same result.
        if (measured.IsBetterThan(progress.Best))
            Save(_files.BestFile);
        progress = progress with { Generations = [.. progress.Generations, new BranchGeneration(branch, Rate(branch), score, measured, clock.Elapsed.TotalSeconds)] };
        if (progress.SinceBest > 0 && progress.SinceBest % _options.ReturnAfter == 0)
            Load(_files.BestFile);
        SaveNext(progress);
        return progress;
    }

    /// <summary>The end of the search. What the next generation would start from stays, so that a search with more of them may resume.</summary>
    private BranchSearchProgress Settle(BranchSearchProgress progress, IBranchSearchObserver? observer, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var next = ModelSnapshot.Of(_model);
        Load(_files.BestFile);
        var options = OptionsOf(_options.SettleSequences, _training.Optimizer.LearningRate * _options.SettleRate, finalRate: 0, _training.Seed);
        (options.BatchSize, options.ReportInterval) = (_options.SettleBatch, _training.ReportInterval);
        Train(options, observer is null ? null : new SettlingProgress(observer), cancellation);
        var measured = Measure(cancellation);
        Save(_files.SettledFile);
        progress = progress with { Settled = new BranchSettlement(_options.SettleSequences, measured, clock.Elapsed.TotalSeconds) };
        next.CopyTo(_model);
        SaveNext(progress);
        return progress;
    }

    private GoalScore Measure(CancellationToken cancellation) => _measure(_model, _options.MeasuringSequences, _options.MeasuringSeed, cancellation);

    private void Train(TrainingOptions options, IProgress<TrainingProgress>? reporter, CancellationToken cancellation)
    {
        if (new Trainer(_model, _task, options).Train(reporter, cancellation).Outcome == TrainingOutcome.Cancelled)
            throw new OperationCanceledException(cancellation);
    }

    private TrainingOptions OptionsOf(long sequences, double rate, double finalRate, int seed)
    {
        var options = _training.Clone();
        (options.Sequences, options.ReportInterval, options.Seed) = (sequences, Math.Min(sequences, MostReportInterval), seed);
        (options.Optimizer.LearningRate, options.Schedule, options.FinalRate, options.RestartAt) = (rate, LearningRateSchedule.Cosine, finalRate, null);
        (options.EvaluationInterval, options.StopWhenSolved, options.Scheduler) = (0, false, null);
        (options.OnDivergence, options.CollapseShare, options.Checkpoints) = (DivergencePolicy.Stop, null, null);
        return options;
    }

    /// <summary>The seed of a branch's sequences.</summary>
    internal int SeedOf(int generation, int branch) =>
        new TaskRandom((ulong)_training.Seed, ((long)generation * _options.Branches) + branch).NextInt(0, int.MaxValue);

    /// <summary>Once, half and twice in turn.</summary>
    private double Rate(int branch) => _training.Optimizer.LearningRate * _options.BranchRate * (branch % 3) switch { 0 => 1, 1 => 0.5, _ => 2 };

    private void Save(string file) => _format.Save(_model, file, new Dictionary<string, string>());

    private void SaveNext(BranchSearchProgress progress) => _format.Save(_model, _files.NextFile, progress.ToMetadata());

    private void Load(string file)
    {
        using var saved = _format.Load(_model, file);
        saved.CopyTo(_model);
    }

    private sealed class SettlingProgress(IBranchSearchObserver observer) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => observer.OnSettlingProgress(value);
    }
}
