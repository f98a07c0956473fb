namespace Ntm.Paper.Catalog;

/// <summary>A number that the paper or the public models have been measured by, and ours are.</summary>
/// <param name="Condition">The <see cref="EvaluationCondition"/> by its name.</param>
/// <param name="Measure">What is compared.</param>
/// <param name="Goal">What it has to be, if there is a goal.</param>
/// <param name="Paper">What the paper reports, in words; costs are read off its figures and approximate.</param>
/// <param name="PublicModels">What the models of the best-known public PyTorch implementation give, in words.</param>
internal sealed record Comparison(string Condition, Measure Measure, Limit? Goal, string Paper, string PublicModels);
