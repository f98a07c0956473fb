using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>
/// A number by which models are judged, with its name: one of the properties, such as <see cref="Accuracy"/>, that of a group of channels (<see cref="In"/>),
/// or a custom one (<see cref="Of(string, MetricFunction, bool)"/>). Goals, early stopping, learning curves and files know it by its name.
/// </summary>
public sealed record Metric
{
    private readonly Func<EvaluationResult, double?>? _ofResult;
    private readonly Func<EvaluationGroup, double?>? _ofGroup;
    private readonly string _name = "";

    /// <summary>The loss without which there is no such number.</summary>
    private LossKind? _loss;

    /// <summary>Creates a metric that is computed from a result.</summary>
    /// <param name="name">Its name in tables and files; not empty.</param>
    /// <param name="of">Takes it from a result.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public Metric(string name, Func<EvaluationResult, double> of)
    {
        ArgumentNullException.ThrowIfNull(of);
        (Name, _ofResult) = (name, result => of(result));
    }

    private Metric(string name, Func<EvaluationResult, double?>? ofResult, Func<EvaluationGroup, double?>? ofGroup)
        : this(name) => (_ofResult, _ofGroup) = (ofResult, ofGroup);

    private Metric(string name) => Name = name;

    /// <summary>The mean cost per sequence.</summary>
    public static Metric Cost { get; } = new("cost", static result => result.MeanCost, static group => group.MeanCost);

    /// <summary>The mean cost per sequence above that of the best possible predictions of the same sequences.</summary>
    public static Metric ExcessCost { get; } = new("cost above the optimum", static result => result.MeanExcessCost, null);

    /// <summary>The mean number of wrong targets per sequence.</summary>
    public static Metric Wrong { get; } = new("wrong targets", static result => result.MeanWrong, static group => group.MeanWrong);

    /// <summary>The share of the targets that count which are right; higher is better.</summary>
    public static Metric Accuracy { get; } =
        new("accuracy", static result => result.Accuracy, static group => group.Accuracy) { HigherIsBetter = true };

    /// <summary>The share of the sequences that have no wrong target; higher is better.</summary>
    public static Metric PerfectShare { get; } =
        new("perfect sequences", static result => result.PerfectShare, null) { HigherIsBetter = true };

    /// <summary>The perplexity, see <see cref="SequenceScore.Perplexity"/>; of the softmax cross-entropy only.</summary>
    public static Metric Perplexity { get; } =
        new("perplexity", static result => result.Perplexity, static group => group.Perplexity) { _loss = LossKind.SoftmaxCrossEntropy };

    /// <summary>The mean of the squared error over the numbers that count, see <see cref="SequenceScore.MeanSquaredError"/>; of the squared error
    /// only.</summary>
    public static Metric MeanSquaredError { get; } =
        new("mean squared error", static result => result.MeanSquaredError, static group => group.MeanSquaredError) { _loss = LossKind.SquaredError };

    /// <summary>The name in tables and files; not empty.</summary>
    /// <exception cref="ArgumentException">It is set to an empty text.</exception>
    public string Name
    {
        get => _name;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Name));
            _name = value;
        }
    }

    /// <summary>Whether higher is better, rather than lower.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool HigherIsBetter { get; init; }

    /// <summary>The group of channels that it is of; <see langword="null"/> for all channels.</summary>
    public string? Group { get; private init; }

    /// <summary>The function of a custom metric; <see langword="null"/> for one that is computed from a result.</summary>
    public MetricFunction? Function { get; private init; }

    /// <summary>Creates a custom metric, which is computed from the logits of a model at evaluations.</summary>
    /// <param name="name">Its name in tables and files; not empty.</param>
    /// <param name="function">Computes it for a batch.</param>
    /// <param name="higherIsBetter">Whether higher is better, rather than lower.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static Metric Of(string name, MetricFunction function, bool higherIsBetter = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new Metric(name) { Function = function, HigherIsBetter = higherIsBetter };
    }

    /// <summary>The wrong targets in one of the task's groups of channels, as by <see cref="In"/>.</summary>
    /// <param name="group">The group's name.</param>
    public static Metric WrongIn(string group) => Wrong.In(group);

    /// <summary>Returns the same number of one of the task's groups of channels (<see cref="SequenceTask.ChannelGroups"/>).</summary>
    /// <param name="group">The group's name. Taking the metric of a result without it throws an <see cref="InvalidOperationException"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="group"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The metric is known of all channels only: <see cref="ExcessCost"/>, <see cref="PerfectShare"/>, a custom
    /// one, or one of a group already.</exception>
    public Metric In(string group)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(group);
        return _ofGroup is null || Group is not null
            ? throw new InvalidOperationException($"The metric '{Name}' is not known of the group '{group}'; expected a metric of all channels that groups have too, such as '{Accuracy.Name}'.")
            : this with { Name = $"{Name} in the {group}", Group = group };
    }

    /// <summary>Takes the metric from a result.</summary>
    /// <param name="result">The result. One that is computed from the logits must be among the metrics that were evaluated.</param>
    /// <exception cref="InvalidOperationException">The result does not have it: no such group, another loss, or a custom metric that was not evaluated; the
    /// message has the reason.</exception>
    public double Of(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var value = (Function, Group) switch
        {
            ({ }, _) => result.Metrics?.TryGetValue(Name, out var custom) == true ? custom : null,
            (_, { } group) => _ofGroup!(result.Groups.FirstOrDefault(g => g.Name == group) ?? throw new InvalidOperationException(
                $"The group is '{group}'; expected one of the condition '{result.Name}': {string.Join(", ", result.Groups.Select(g => g.Name))}.")),
            _ => _ofResult!(result),
        };
        return value ?? throw new InvalidOperationException(
            $"The result '{result.Name}' has no '{Name}'; expected one {(_loss is { } loss ? $"of the loss {loss}" : "that was evaluated with this metric")}.");
    }

    /// <summary>Tells whether a value is better than another. NaN is never better.</summary>
    /// <param name="value">The value.</param>
    /// <param name="than">The other value.</param>
    public bool IsBetter(double value, double than) => HigherIsBetter ? value > than : value < than;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Returns why there is no such number for a task; <see langword="null"/> if there is.</summary>
    internal string? Obstacle(SequenceTask task)
    {
        var groups = task.ChannelGroups;
        var group = Group is null ? null : groups.FirstOrDefault(g => g.Name == Group);
        if (Group is not null && group is null)
            return $"The metric '{Name}' is of the group '{Group}'; expected one of the task {task.Name}: {string.Join(", ", groups.Select(g => $"'{g.Name}'"))}.";
        if (_loss is not { } loss)
            return null;
        // A part of a softmax has no perplexity of its own.
        var isWhole = group is null ? task.LossFunction is null : group.Loss is not null || loss == LossKind.SquaredError || group.Count == task.OutputSize;
        return isWhole && (group?.Loss ?? task.Loss) == loss
            ? null
            : $"The metric '{Name}' is of the loss {loss}{(group is null ? "" : $" in all of the channels of the group '{Group}'")}; the task {task.Name} has another.";
    }
}
