namespace Ntm.Training;

/// <summary>A goal: what a measure has to be in a condition.</summary>
/// <param name="Condition">The condition's name, see <see cref="EvaluationCondition.Name"/>.</param>
/// <param name="Measure">What is measured.</param>
/// <param name="Limit">Its limit.</param>
public sealed record EvaluationGoal(string Condition, Measure Measure, Limit Limit);
