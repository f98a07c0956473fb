using System.Globalization;
using Ntm.Core.Serialization;
using Ntm.Training.Checkpoints;

namespace Ntm.Training;

/// <content>Converts between the loop's memory and checkpoints.</content>
internal sealed partial class TrainingLoop
{
    private TrainingState State(TrainingOutcome? outcome) => new(
        _task.Name, _dataFingerprint!, _seen, _before, _isUpdateOpen, _optimizer.Step, _streak, _rateFactor, _scheduler?.Rate(_optimizer.Step), _rollbacks, Seconds,
        SavedScore.Of(_curve.Sum), outcome == TrainingOutcome.Cancelled ? null : outcome, _context.StopReason);

    private void Save(TrainingOutcome? outcome)
    {
        if (_checkpoints is null)
            return;
        var error = _checkpoints.Save(Write(outcome), _seen);
        _observers.Tell(o => o.OnCheckpoint(_context, _checkpoints.Folder.FileOf(_seen), error));
    }

    private void SaveBest()
    {
        var error = _checkpoints!.SaveBest(Write(null));
        _observers.Tell(o => o.OnCheckpoint(_context, _checkpoints.Folder.BestFile, error));
    }

    private Action<string> Write(TrainingOutcome? outcome) => file => CheckpointFile.Save(
        file, new SavedLoss(_loss.Kind, _loss.Function is not null), Weights(), _optimizer, _average?.Values, State(outcome), _options, _curve.Points, _evaluations, _options.Checkpoints!.Metadata);

    /// <exception cref="ObjectDisposedException">The model was disposed and has no weights any more.</exception>
    private IReadOnlyList<SafeTensor> Weights()
    {
        var weights = ModelWeights.Read(_model);
        _parameters.ThrowIfDisposed();
        return weights;
    }

    private void Restore(TrainingCheckpoint checkpoint)
    {
        var state = checkpoint.State;
        if (checkpoint.TorchOptimizer != _optimizer.Description)
        {
            throw new CheckpointException(
                checkpoint.Path, "optimizer", checkpoint.TorchOptimizer ?? $"{checkpoint.Options.Optimizer.Name} of this library",
                $"{_optimizer.Description ?? $"{_options.Optimizer.Name} of this library"}, like the training to resume");
        }

        // A scheduler cannot go back: a new one is stepped to the saved number of updates.
        _scheduler?.Dispose();
        _scheduler = CreateScheduler();
        if (_scheduler?.Rate(state.Updates) is var rate && rate != state.SchedulerRate)
        {
            throw new CheckpointException(
                checkpoint.Path, "scheduler", $"a rate of {Text(state.SchedulerRate)}", $"{Text(rate)}, which {nameof(TrainingOptions)}.{nameof(TrainingOptions.Scheduler)} gives");
        }

        checkpoint.Restore(_model, _optimizer, _average);
        (_seen, _before, _isUpdateOpen, _streak) = (state.Seen, state.Before, state.IsUpdateOpen, state.Streak);
        if (!checkpoint.Goals.SequenceEqual(CheckpointFile.GoalsOf(_options)))
            _streak = 0;
        (_rateFactor, _rollbacks, _secondsBefore) = (state.RateFactor, state.Rollbacks, state.Seconds);
        _clock.Reset();
        _curve.Restore(checkpoint.History, state.Sum.ToScore(checkpoint.SavedLoss));
        _evaluations.Clear();
        _evaluations.AddRange(checkpoint.Evaluations);
        _context.SequencesSeen = _seen;
    }

    private void RollBack(TrainingDivergedException divergence)
    {
        // The lost updates still took their time.
        var (factor, rollbacks, seconds) = (_rateFactor * _options.RollbackRate, _rollbacks + 1, Seconds);
        Restore(CheckpointForRollback() ?? throw divergence);
        _mustAgree = true;
        (_rateFactor, _rollbacks, _secondsBefore) = (factor, rollbacks, seconds);
        _log.RolledBack(divergence.Message, _seen, _rateFactor, _rollbacks, _options.MaxRollbacks);
        _observers.Tell(o => o.OnRolledBack(_context, divergence));
    }

    private TorchScheduler? CreateScheduler() => _options.Scheduler is null ? null : new TorchScheduler(
        _options.Scheduler, _groupRates.Length > 0 ? _optimizer.BaseRates : [_options.Optimizer.LearningRate]);

    private static string Text(double? rate) => rate?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
