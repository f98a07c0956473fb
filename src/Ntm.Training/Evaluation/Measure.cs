namespace Ntm.Training;

/// <summary>A number of a result that is compared with a goal: a mean per sequence, of which lower is better.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Of">Takes it from a result.</param>
public sealed record Measure(string Name, Func<EvaluationResult, double> Of)
{
    /// <summary>The cost.</summary>
    public static Measure Cost { get; } = new("cost", result => result.MeanCost);

    /// <summary>The cost above that of the best possible predictions of the same sequences.</summary>
    public static Measure ExcessCost { get; } = new("cost above the optimum", result => result.MeanExcessCost);

    /// <summary>The wrong targets.</summary>
    public static Measure Wrong { get; } = new("wrong targets", result => result.MeanWrong);

    /// <summary>The wrong targets in one of the task's groups of channels.</summary>
    /// <param name="group">The group's name. Taking the measure of a result without it throws an <see cref="InvalidOperationException"/>.</param>
    public static Measure WrongIn(string group) => new($"wrong targets in the {group}", result =>
        (result.Groups.FirstOrDefault(g => g.Name == group)
            ?? throw new InvalidOperationException($"The group is '{group}'; expected one of the condition '{result.Name}': {string.Join(", ", result.Groups.Select(g => g.Name))}.")).MeanWrong);
}
