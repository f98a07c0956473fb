using Ntm.Core;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Adds up the scores of a task's groups of channels, and custom metrics, from logits. Only evaluations use it, so training has no extra
/// cost.</summary>
internal sealed class EvaluationTally
{
    private readonly IReadOnlyList<ChannelGroup> _groups;
    private readonly SequenceScore[] _scores;
    private readonly IReadOnlyList<Metric> _metrics;
    private readonly Dictionary<string, MetricSum> _sums;
    private float[] _logits = [];

    /// <param name="task">The task.</param>
    /// <param name="metrics">The metrics, in their order.</param>
    public EvaluationTally(SequenceTask task, IReadOnlyList<Metric> metrics)
    {
        _groups = task.ChannelGroups;
        _scores = new SequenceScore[_groups.Count];
        _metrics = metrics;
        _sums = metrics.Where(m => m.Function is not null).ToDictionary(m => m.Name, m => new MetricSum(m.Name, m.Function!));
    }

    public IReadOnlyList<GroupScore> Scores => [.. _groups.Select((group, i) => new GroupScore(group.Name, _scores[i]))];

    /// <summary>Returns the result, with all metrics.</summary>
    /// <param name="name">The condition's name.</param>
    /// <param name="total">The score of all channels.</param>
    public EvaluationResult Result(string name, SequenceScore total)
    {
        var result = EvaluationResult.Of(name, new SplitScore(total, Scores));
        if (_metrics.Count == 0)
            return result;
        var custom = result with { Metrics = new MetricValues(_sums.Keys, _sums.Values.Select(s => s.Value)) };
        return result with { Metrics = new MetricValues(_metrics.Select(m => m.Name), _metrics.Select(m => m.Of(custom))) };
    }

    /// <summary>Returns the target for the logits of the next batch.</summary>
    public Span<float> LogitsFor(BatchBuffer batch)
    {
        var count = batch.Targets.Length;
        if (_logits.Length < count)
            _logits = new float[count];
        return _logits.AsSpan(0, count);
    }

    /// <summary>The number of groups of channels.</summary>
    public int Groups => _groups.Count;

    /// <summary>The number of custom metrics.</summary>
    public int CustomMetrics => _sums.Count;

    /// <summary>Measures the batch whose logits were written last.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="score">Its score.</param>
    public BatchMeasure Measure(BatchBuffer batch, SequenceScore score)
    {
        ReadOnlySpan<float> logits = LogitsFor(batch);
        var groups = new SequenceScore[_groups.Count];
        for (var i = 0; i < groups.Length; i++)
            groups[i] = batch.Score(logits, _groups[i]);
        if (_sums.Count == 0)
            return new BatchMeasure(score, groups, []);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // Each has its own tensors, because a function may change them in place.
        List<MetricNumbers> metrics = [];
        foreach (var sum in _sums.Values)
            metrics.Add(sum.Measure(TaskLoss.ToTensor(batch, logits), batch.ToTensors()));
        return new BatchMeasure(score, groups, [.. metrics]);
    }

    /// <summary>Adds the measurements of a batch.</summary>
    public void Add(BatchMeasure measure)
    {
        for (var i = 0; i < _scores.Length; i++)
            _scores[i] += measure.Groups[i];
        foreach (var (sum, numbers) in _sums.Values.Zip(measure.Metrics))
            sum.Add(numbers, measure.Score.Sequences);
    }
}
