using Ntm.Core;

namespace Ntm.Training.Steps;

/// <summary>The measurements of a batch of an evaluation.</summary>
/// <param name="Score">The score of all channels.</param>
/// <param name="Groups">The scores of the task's groups of channels.</param>
/// <param name="Metrics">The results of the functions of custom metrics.</param>
internal readonly record struct BatchMeasure(SequenceScore Score, SequenceScore[] Groups, MetricNumbers[] Metrics);

/// <summary>The result of the function of a metric for a batch.</summary>
/// <param name="Numbers">How many numbers it returned: 1 or 2.</param>
/// <param name="Sum">The first number.</param>
/// <param name="Count">The second one; 0 if there is none.</param>
internal readonly record struct MetricNumbers(long Numbers, double Sum, double Count);
