using System.Reflection;
using System.Text.Json.Serialization;

namespace Ntm.Training.Checkpoints;

/// <summary>The options that cannot change when a training resumes, because they affect its results bit by bit. Optimizer and clipping are saved
/// completely.</summary>
internal sealed record SavedOptions(
    OptimizerOptions Optimizer,
    LearningRateSchedule Schedule,
    double FinalRate,
    GradientClipping GradientClipping,
    int BatchSize,
    int Seed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MicroBatchSize = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? WeightAverage = null)
{
    public static SavedOptions Of(TrainingOptions options) =>
        new(options.Optimizer, options.Schedule, options.FinalRate, options.GradientClipping, options.BatchSize, options.Seed, options.MicroBatchSize,
            options.WeightAverage);

    /// <summary>Returns the options that differ, with their values; for an optimizer or clipping of the same kind, its numbers.</summary>
    public IEnumerable<(string Name, object? Here, object? There)> Differences(SavedOptions other) =>
    [
        .. Values().Zip(other.Values()).SelectMany(pair => pair.First.Value.GetType() == pair.Second.Value.GetType()
            ? Numbers(pair.First).Zip(Numbers(pair.Second))
            : [(pair.First, pair.Second)])
            .Where(pair => !Equals(pair.First.Value, pair.Second.Value))
            .Select(pair => (pair.First.Name, (object?)pair.First.Value, (object?)pair.Second.Value)),
    ];

    /// <summary>Tells whether two optimizers differ in anything.</summary>
    public static bool Differ(OptimizerOptions left, OptimizerOptions right) => left.GetType() != right.GetType() || !Numbers(left).SequenceEqual(Numbers(right));

    /// <summary>Returns all numbers by name, those of optimizer and clipping after their kinds.</summary>
    public IEnumerable<(string Name, object Value)> All() =>
        Values().SelectMany(v => (v.Value is OptimizerOptions or GradientClipping { }) ? Numbers(v).Prepend((v.Name, (object)v.Value.GetType().Name)) : (IEnumerable<(string Name, object Value)>)[v]);

    private IEnumerable<(string Name, object Value)> Values() =>
    [
        (nameof(Optimizer), Optimizer), (nameof(Schedule), Schedule), (nameof(FinalRate), FinalRate), (nameof(GradientClipping), GradientClipping),
        (nameof(BatchSize), BatchSize), (nameof(Seed), Seed), (nameof(MicroBatchSize), (object?)MicroBatchSize ?? "none"),
        (nameof(WeightAverage), (object?)WeightAverage ?? "none"),
    ];

    private static IEnumerable<(string Name, object Value)> Numbers((string Name, object Value) option) => option.Value switch
    {
        OptimizerOptions optimizer => Numbers(optimizer),
        GradientClipping clipping => Numbers(clipping),
        _ => [option],
    };

    private static IEnumerable<(string Name, object Value)> Numbers(OptimizerOptions optimizer) => Numbers(optimizer, optimizer.GetType().GetProperties());

    private static IEnumerable<(string Name, object Value)> Numbers(GradientClipping clipping) => Numbers(clipping, clipping.GetType().GetProperties());

    private static IEnumerable<(string Name, object Value)> Numbers(object options, PropertyInfo[] properties) =>
        properties.Where(p => p.CanWrite && p.GetMethod is { IsStatic: false }).Select(p => (p.Name, p.GetValue(options)!));
}
