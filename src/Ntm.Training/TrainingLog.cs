using Microsoft.Extensions.Logging;
using Ntm.Tasks;
using Ntm.Training.Steps;

namespace Ntm.Training;

/// <summary>The messages of a training for a logger.</summary>
/// <param name="logger">The logger.</param>
internal sealed partial class TrainingLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Writes when a training ends as solved.</summary>
    public void Goal(TrainingOptions options, TaskGoal goal, TaskLoss loss)
    {
        if (options.Goals.Count > 0)
            Goal(options.SolvedEvaluations, options.EvaluationSequences, string.Join(", ", options.Goals));
        else
            Goal(options.SolvedEvaluations, options.EvaluationSequences, goal.MeanExcessCost, loss.CostUnit, goal.MeanWrong, loss.WrongName);
    }

    /// <summary>Writes the score and the metrics of an evaluation.</summary>
    public void Evaluated(EvaluationPoint evaluation, TaskLoss loss)
    {
        Evaluated(evaluation.Sequences, evaluation.Score.Sequences, evaluation.Score.MeanCost, loss.CostUnit, evaluation.Score.MeanWrong, loss.WrongName);
        if (evaluation.Metrics.Count > 0)
            Metrics($"{evaluation.Metrics}");
    }

    [LoggerMessage(LogLevel.Information, "Training {Task}: {Parameters} parameters, {Optimizer}, up to {Sequences} sequences, seed {Seed}, from sequence {Seen}")]
    public partial void Started(string task, int parameters, string optimizer, long sequences, int seed, long seen);

    [LoggerMessage(LogLevel.Warning, "{Idle} of {Ranks} ranks have no work: the batch of {BatchSize} sequences has {Parts} parts; expected a larger batch, or fewer ranks")]
    public partial void Idle(int ranks, int idle, int batchSize, int parts);

    [LoggerMessage(LogLevel.Debug, "{Sequences} sequences: cost {Cost} {Unit}, {Wrong} {WrongName} per sequence")]
    public partial void Point(long sequences, double cost, string unit, double wrong, string wrongName);

    [LoggerMessage(LogLevel.Information, "Training ended: {Outcome} after {Sequences} sequences, {Seconds} s")]
    public partial void Ended(TrainingOutcome outcome, long sequences, double seconds);

    [LoggerMessage(LogLevel.Warning, "{Divergence} Continuing from sequence {Seen} at {RateFactor} times the learning rate; return {Rollbacks} of {MaxRollbacks}")]
    public partial void RolledBack(string divergence, long seen, double rateFactor, int rollbacks, int maxRollbacks);

    [LoggerMessage(LogLevel.Information, "The training ends as solved when {Evaluations} evaluations in a row, on {HeldOut} held-out sequences each, reach {Goals}")]
    private partial void Goal(int evaluations, int heldOut, string goals);

    [LoggerMessage(LogLevel.Information, "The training ends as solved when {Evaluations} evaluations in a row, on {HeldOut} held-out sequences each, cost at most {Cost} {Unit} above the optimum and have at most {Wrong} {WrongName} per sequence")]
    private partial void Goal(int evaluations, int heldOut, double cost, string unit, double wrong, string wrongName);

    [LoggerMessage(LogLevel.Information, "After {Sequences} sequences, on {HeldOut} held out: cost {Cost} {Unit}, {Wrong} {WrongName} per sequence")]
    private partial void Evaluated(long sequences, long heldOut, double cost, string unit, double wrong, string wrongName);

    [LoggerMessage(LogLevel.Information, "Metrics: {Metrics}")]
    private partial void Metrics(string metrics);
}
