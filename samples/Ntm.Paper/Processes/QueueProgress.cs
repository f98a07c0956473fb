using System.Diagnostics;
using Ntm.Paper.Train;

namespace Ntm.Paper.Processes;

/// <summary>How far the trainings of a queue are, and how long the rest takes at the speed so far. Other programs may be running some of them.</summary>
internal sealed class QueueProgress
{
    private const double MostSeconds = 1e10;

    /// <summary>Of how many trainings that do not run here each line looks for what other programs have done meanwhile.</summary>
    private const int LooksPerLine = 4;

    private readonly IReadOnlyList<IQueuedTraining> _trainings;
    private readonly HashSet<int> _running = [];
    private readonly HashSet<int> _ended = [];
    private readonly double[] _sharesBefore;
    private readonly double[] _shares;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _next;

    public QueueProgress(IReadOnlyList<IQueuedTraining> trainings)
    {
        _trainings = trainings;
        _sharesBefore = [.. trainings.Select(ShareOf)];
        _shares = [.. _sharesBefore];
    }

    /// <summary>Whether all of them had ended before.</summary>
    public bool IsNothingLeft => Array.TrueForAll(_sharesBefore, share => share >= 1);

    public void Begin(IQueuedTraining training) => _running.Add(IndexOf(training));

    public void Leave(IQueuedTraining training) => _running.Remove(IndexOf(training));

    public void End(IQueuedTraining training)
    {
        var index = IndexOf(training);
        _running.Remove(index);
        _ended.Add(index);
        _shares[index] = 1;
    }

    /// <summary>A line for people.</summary>
    public string Line()
    {
        foreach (var index in _running)
            _shares[index] = _trainings[index].Progress();
        for (var looks = 0; looks < Math.Min(LooksPerLine, _trainings.Count); looks++)
        {
            if (!_running.Contains(_next) && !_ended.Contains(_next))
                _shares[_next] = ShareOf(_trainings[_next]);
            _next = (_next + 1) % _trainings.Count;
        }

        var all = _trainings.Sum(t => t.Work);
        var (done, doneBefore) = (Work(_shares), Work(_sharesBefore));
        // At first there is hardly anything to tell it by.
        var seconds = _clock.Elapsed.TotalSeconds * (all - done) / (done - doneBefore);
        var left = done > doneBefore && seconds < MostSeconds ? TrainingReporter.Duration(TimeSpan.FromSeconds(seconds)) + " left" : "";
        var running = string.Join(", ", _running.Order().Select(i => FormattableString.Invariant($"{_trainings[i].Name} {_shares[i]:P0}")));
        return FormattableString.Invariant($"{_shares.Count(share => share >= 1)} of {_trainings.Count} trainings | {(all > 0 ? done / all : 1):P0}{(left.Length > 0 ? $", about {left}" : "")} | {running}");

        double Work(double[] of) => _trainings.Select((t, i) => t.Work * of[i]).Sum();
    }

    private int IndexOf(IQueuedTraining training)
    {
        for (var i = 0; i < _trainings.Count; i++)
        {
            if (ReferenceEquals(_trainings[i], training))
                return i;
        }

        throw new ArgumentException($"'{training.Name}' is not in the queue.", nameof(training));
    }

    /// <summary>A training that cannot run has nothing left to do.</summary>
    private static double ShareOf(IQueuedTraining training)
    {
        try
        {
            return training.Done() is null ? training.Progress() : 1;
        }
        catch (Exception e) when (QueuedTraining.IsFault(e))
        {
            return 1;
        }
    }
}
