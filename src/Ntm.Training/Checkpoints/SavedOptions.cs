namespace Ntm.Training.Checkpoints;

/// <summary>The options that a training cannot change on its way: those that decide its bits.</summary>
internal sealed record SavedOptions(
    OptimizerKind Optimizer,
    double LearningRate,
    LearningRateSchedule Schedule,
    double FinalRate,
    double Alpha,
    double Momentum,
    double Beta1,
    double Beta2,
    double? Epsilon,
    double? GradientClip,
    int BatchSize,
    int Seed)
{
    public static SavedOptions Of(TrainingOptions options) => new(
        options.Optimizer, options.LearningRate, options.Schedule, options.FinalRate, options.Alpha, options.Momentum, options.Beta1, options.Beta2,
        options.Epsilon, options.GradientClip, options.BatchSize, options.Seed);

    /// <summary>The options in which two differ, with their values.</summary>
    public IEnumerable<(string Name, object? Here, object? There)> Differences(SavedOptions other) =>
        from property in typeof(SavedOptions).GetProperties()
        let here = property.GetValue(this)
        let there = property.GetValue(other)
        where !Equals(here, there)
        select (property.Name, here, there);
}
