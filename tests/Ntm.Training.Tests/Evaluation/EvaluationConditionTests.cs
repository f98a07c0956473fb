using System.Text.Json;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Evaluation;

public sealed class EvaluationConditionTests : IDisposable
{
    private readonly NeuralTuringMachine _model = SmallMachine.Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Each_condition_is_measured_on_its_own_sequences()
    {
        EvaluationCondition[] conditions = [Condition("short", 2), Condition("long", 5) with { Sequences = 7, Seed = 3, BatchSize = 2 }];
        List<string> started = [];
        var results = Evaluator.EvaluateConditions(_model, conditions, c => started.Add(c.Name), TestContext.Current.CancellationToken);
        Assert.Equal(["short", "long"], started);
        Assert.Equal([("short", 1_000L), ("long", 7L)], results.Select(r => (r.Name, r.Sequences)));
        var score = Evaluator.EvaluateGroups(_model, conditions[1].Task, 7, 3, 2, TestContext.Current.CancellationToken).Total;
        Assert.Equal((score.MeanCost, score.MeanWrong, score.MeanCount, score.PerfectSequences), (results[1].MeanCost, results[1].MeanWrong, results[1].MeanCount, results[1].PerfectSequences));
    }

    [Fact]
    public void A_cancelled_evaluation_measures_nothing()
    {
        List<string> started = [];
        Assert.Throws<OperationCanceledException>(() => Evaluator.EvaluateConditions(_model, [Condition("short", 2), Condition("long", 5)], c => started.Add(c.Name), new CancellationToken(canceled: true)));
        Assert.Equal(["short"], started);
    }

    [Fact]
    public void A_result_is_kept_in_JSON()
    {
        var result = Evaluator.EvaluateConditions(_model, [Condition("short", 2) with { Sequences = 5 }], cancellationToken: TestContext.Current.CancellationToken)[0];
        var json = JsonSerializer.Serialize(result, JsonSerializerOptions.Web);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<EvaluationResult>(json, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
        foreach (var key in (string[])["name", "sequences", "costBits", "wrongBits", "perfectSequences", "bitsPerSequence", "optimalCostBits", "excessCostBits", "groups"])
            Assert.Contains($"\"{key}\":", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Goals_are_measured_with_the_sequences_that_are_asked_for()
    {
        EvaluationCondition[] conditions = [Condition("short", 2), Condition("long", 5)];
        EvaluationGoal[] goals = [new("short", Metric.Wrong, Limit.Zero), new("long", Metric.Cost, Limit.AtMost(1e6))];
        var score = new GoalEvaluation(conditions, goals).Measure(_model, sequences: 6, seed: 4, TestContext.Current.CancellationToken);
        var results = Evaluator.EvaluateConditions(_model, [.. conditions.Select(c => c with { Sequences = 6, Seed = 4 })], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(GoalScore.Of(goals, results), score);
        Assert.Equal(1, score.MissedGoals);
    }

    [Fact]
    public void Goals_without_their_condition_are_refused_by_name()
    {
        var conditions = (EvaluationCondition[])[Condition("short", 2)];
        Assert.Contains("at least one", Assert.Throws<ArgumentException>(() => new GoalEvaluation(conditions, [])).Message, StringComparison.Ordinal);
        var foreign = Assert.Throws<ArgumentException>(() => new GoalEvaluation(conditions, [new("long", Metric.Cost, Limit.Zero)])).Message;
        Assert.Contains("'long'", foreign, StringComparison.Ordinal);
        Assert.Contains("'short'", foreign, StringComparison.Ordinal);
        Assert.Contains("'short'", Assert.Throws<ArgumentException>(() => new GoalEvaluation([.. conditions, .. conditions], [new("short", Metric.Cost, Limit.Zero)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_measure_of_a_group_that_there_is_not_names_those_there_are()
    {
        var result = new EvaluationResult("short", 1, 0, 0, 0, 0, 0, 0, [new EvaluationGroup("data", 0, 0, 0, 0)]);
        var message = Assert.Throws<InvalidOperationException>(() => Metric.WrongIn("marker").Of(result)).Message;
        Assert.Contains("'marker'", message, StringComparison.Ordinal);
        Assert.Contains("data", message, StringComparison.Ordinal);
    }

    private static EvaluationCondition Condition(string name, int length) => new(name, new CopyTask(new CopyOptions { Width = 2, MinLength = length, MaxLength = length }));
}
