using System.Diagnostics;
using Ntm.Paper.Train;

namespace Ntm.Paper.Reproduce;

/// <summary>How far the trainings of a plan are, and how long the rest takes at the speed so far.</summary>
internal sealed class PlanProgress(IReadOnlyList<PlannedTraining> trainings)
{
    private const double MostSeconds = 1e10;

    private readonly HashSet<PlannedTraining> _running = [];
    private readonly HashSet<PlannedTraining> _ended = [];
    private readonly double[] _sharesBefore = [.. trainings.Select(t => t.Progress())];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Begin(PlannedTraining training) => _running.Add(training);

    public void End(PlannedTraining training)
    {
        _running.Remove(training);
        _ended.Add(training);
    }

    /// <summary>A line for people.</summary>
    public string Line()
    {
        var shares = trainings.Select((t, i) => _ended.Contains(t) ? 1 : _running.Contains(t) ? t.Progress() : _sharesBefore[i]).ToArray();
        var all = trainings.Sum(t => t.ExpectedSeconds);
        var (done, doneBefore) = (Work(shares), Work(_sharesBefore));
        // At first there is hardly anything to tell it by.
        var seconds = _clock.Elapsed.TotalSeconds * (all - done) / (done - doneBefore);
        var left = done > doneBefore && seconds < MostSeconds ? TrainingReporter.Duration(TimeSpan.FromSeconds(seconds)) + " left" : "";
        var running = string.Join(", ", _running.Select(t => FormattableString.Invariant($"{t.Name} {t.Progress():P0}")));
        return FormattableString.Invariant($"{_ended.Count} of {trainings.Count} trainings | {(all > 0 ? done / all : 1):P0}{(left.Length > 0 ? $", about {left}" : "")} | {running}");

        double Work(double[] of) => trainings.Select((t, i) => t.ExpectedSeconds * of[i]).Sum();
    }
}
