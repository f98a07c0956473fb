using System.Text.Json;
using Ntm.Core;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Evaluation;

public class MetricTests
{
    private const int Sequences = 130;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The sum of the absolute errors of the count, and how many there are.</summary>
    private static readonly Metric AbsoluteError = Metric.Of("absolute error", (logits, batch) =>
    {
        var counted = batch.Mask.gt(0);
        var error = (logits.select(2, 2) - batch.Targets.select(2, 2)).abs().where(counted, zeros_like(batch.Mask));
        return stack([error.sum(), counted.sum().to(float32)]);
    });

    [Theory]
    [InlineData(100)]
    [InlineData(7)]
    public void Metrics_of_groups_are_those_of_the_definition(int batchSize)
    {
        using var model = TwoPartTask.CreateModel();
        var task = new TwoPartTask();
        Metric[] metrics =
        [
            Metric.Accuracy, Metric.Accuracy.In("parity"), Metric.Accuracy.In("count"), Metric.Perplexity.In("parity"), Metric.MeanSquaredError.In("count"),
            Metric.Wrong.In("count"), Metric.PerfectShare, AbsoluteError, Metric.Of("sequences", (_, batch) => tensor(3 * batch.BatchSize)),
        ];
        var result = Evaluator.EvaluateMetrics(model, task, metrics, Sequences, seed: 4, batchSize, Cancellation);

        // From the logits, number by number.
        var (right, parityRight, countRight, counted, perfect) = (0, 0, 0, 0, 0);
        var (nats, squared, absolute) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Sequences; i++)
        {
            using var batch = task.Batch(SequenceSeeds.HeldOut(4), i, 1);
            using var noGrad = no_grad();
            using var logits = model.Logits(batch.Inputs);
            var wrong = 0;
            for (var t = 1; t < batch.Steps; t++)
            {
                double[] z = [logits[t, 0, 0].item<float>(), logits[t, 0, 1].item<float>()];
                var odd = batch.Targets[t, 0, 1].item<float>() == 1 ? 1 : 0;
                nats += Math.Log(Math.Exp(z[0]) + Math.Exp(z[1])) - z[odd];
                var error = (double)logits[t, 0, 2].item<float>() - batch.Targets[t, 0, 2].item<float>();
                squared += error * error;
                absolute += Math.Abs(error);
                var (isParity, isCount) = ((z[1] > z[0] ? 1 : 0) == odd, Math.Abs(error) <= 0.5);
                (parityRight, countRight, counted) = (parityRight + (isParity ? 1 : 0), countRight + (isCount ? 1 : 0), counted + 1);
                right += (isParity ? 1 : 0) + (isCount ? 1 : 0);
                wrong += (isParity ? 0 : 1) + (isCount ? 0 : 1);
            }

            perfect += wrong == 0 ? 1 : 0;
        }

        Assert.Equal("two-part", result.Name);
        Assert.Equal(metrics.Select(m => m.Name), result.Metrics!.Keys);
        Assert.True(parityRight > 0 && parityRight < counted && countRight > 0 && countRight < counted && perfect < Sequences, "right and wrong ones in both groups");
        double[] expected =
        [
            (double)right / (2 * counted), (double)parityRight / counted, (double)countRight / counted, Math.Exp(nats / counted), squared / counted,
            (double)(counted - countRight) / Sequences, (double)perfect / Sequences, absolute / counted, 3,
        ];
        var different = expected.Zip(result.Metrics).Where(p => !(Math.Abs(p.Second.Value - p.First) < 1e-5 * Math.Max(1, p.First)));
        var text = string.Join("; ", different.Select(p => $"{p.Second.Key} is {p.Second.Value}; expected {p.First}"));
        Assert.True(text.Length == 0, text);
        Assert.Equal(["accuracy in the parity", "perplexity in the parity"], new[] { metrics[1].Name, metrics[3].Name });
    }

    [Fact]
    public void Metrics_of_all_channels_are_those_of_the_score()
    {
        using var machine = new NeuralTuringMachine(new NtmOptions { InputSize = 4, OutputSize = 4, ControllerSize = 16, MemoryLocations = 8, MemoryWidth = 6 }, seed: 2);
        var score = Evaluator.Evaluate(machine, new NextSymbolTask(), 50, 1, 20, Cancellation);
        var result = Evaluator.EvaluateMetrics(machine, new NextSymbolTask(), [Metric.Perplexity, Metric.Accuracy, Metric.Cost, Metric.ExcessCost, Metric.Wrong, Metric.PerfectShare], 50, 1, 20, Cancellation);
        Assert.Equal(
            [score.Perplexity!.Value, score.Accuracy, score.MeanCost, score.MeanExcessCost, score.MeanWrong, score.PerfectSequences / 50.0],
            result.Metrics!.Values.Select(v => v).ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);

        using var delay = new LstmNetwork(new LstmOptions { InputSize = 1, OutputSize = 2, HiddenSize = 8, Layers = 1 }, 1);
        var squares = Evaluator.Evaluate(delay, new DelayTask(), 50, 1, 20, Cancellation);
        Assert.Equal(squares.MeanSquaredError, Evaluator.EvaluateMetrics(delay, new DelayTask(), [Metric.MeanSquaredError], 50, 1, 20, Cancellation).Metrics!["mean squared error"]);
    }

    [Fact]
    public void A_function_that_changes_its_tensors_does_not_change_what_others_see()
    {
        using var model = TwoPartTask.CreateModel();
        Metric[] metrics = [Metric.Of("zeros", (logits, batch) => logits.zero_().sum() + batch.Targets.fill_(9).sum() * 0 + batch.Mask.zero_().sum()), AbsoluteError];
        var both = Evaluator.EvaluateMetrics(model, new TwoPartTask(), metrics, 20, cancellationToken: Cancellation);
        Assert.Equal(Evaluator.EvaluateMetrics(model, new TwoPartTask(), [AbsoluteError], 20, cancellationToken: Cancellation).Metrics!["absolute error"], both.Metrics!["absolute error"]);
        Assert.Equal(0, both.Metrics["zeros"]);
    }

    [Fact]
    public void Names_that_are_empty_or_given_twice_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Metric.Of(" ", (_, _) => zeros(1)));
        Assert.Throws<ArgumentException>(() => new Metric("", result => result.MeanCost));
        Assert.Throws<ArgumentException>(() => Metric.Cost with { Name = "" });
        using var model = TwoPartTask.CreateModel();
        var twice = Assert.Throws<ArgumentException>(() => Evaluator.EvaluateMetrics(model, new TwoPartTask(), [Metric.Accuracy, Metric.Wrong with { Name = "accuracy" }]));
        Assert.Contains("2 metrics of the name 'accuracy'", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_a_task_does_not_have_is_refused_before_anything_is_evaluated()
    {
        using var model = new LinearModel();
        AssertRefused(Metric.Perplexity, "'perplexity' is of the loss SoftmaxCrossEntropy; the task echo has another");
        AssertRefused(Metric.MeanSquaredError, "'mean squared error' is of the loss SquaredError");
        AssertRefused(Metric.Accuracy.In("marker"), "of the group 'marker'; expected one of the task echo: 'data'");
        Assert.Empty(model.Evaluation);
        // A part of the channels of a softmax has no perplexity.
        using var lstm = new LstmNetwork(new LstmOptions { InputSize = 4, OutputSize = 4, HiddenSize = 4, Layers = 1 }, 1);
        Assert.Contains("'low'", Assert.Throws<ArgumentException>(() => Evaluator.EvaluateMetrics(lstm, new NextSymbolTask(), [Metric.Perplexity.In("low")])).Message, StringComparison.Ordinal);
        // The sum of two losses is neither.
        using var two = TwoPartTask.CreateModel();
        Assert.Throws<ArgumentException>(() => Evaluator.EvaluateMetrics(two, new TwoPartTask(), [Metric.Perplexity]));
        Assert.Throws<InvalidOperationException>(() => Metric.ExcessCost.In("data"));
        Assert.Throws<InvalidOperationException>(() => Metric.Accuracy.In("data").In("data"));

        void AssertRefused(Metric metric, string text) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(() => Evaluator.EvaluateMetrics(model, new EchoTask(), [metric])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_does_not_return_one_or_two_numbers_is_refused_by_its_name()
    {
        using var model = new LinearModel();
        AssertRefused((_, _) => null!, "'mine' returned null");
        AssertRefused((logits, _) => logits, "'mine' returned a tensor of shape [4, 100, 1]");
        var calls = 0;
        AssertRefused((_, _) => ++calls == 1 ? zeros(1) : zeros(2), "2 numbers, and 1 for an earlier batch");

        void AssertRefused(MetricFunction function, string text) => Assert.Contains(
            text, Assert.Throws<InvalidOperationException>(() => Evaluator.EvaluateMetrics(model, new EchoTask(), [Metric.Of("mine", function)], 200)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_was_not_evaluated_with_a_metric_says_so()
    {
        using var model = new LinearModel();
        var result = Evaluator.EvaluateMetrics(model, new EchoTask(), [], 5, cancellationToken: Cancellation);
        Assert.Null(result.Metrics);
        Assert.Contains("'absolute error'", Assert.Throws<InvalidOperationException>(() => AbsoluteError.Of(result)).Message, StringComparison.Ordinal);
        Assert.Contains("SoftmaxCrossEntropy", Assert.Throws<InvalidOperationException>(() => Metric.Perplexity.Of(result)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_are_kept_in_JSON_by_name_even_if_they_are_not_numbers()
    {
        using var model = TwoPartTask.CreateModel();
        var result = Evaluator.EvaluateMetrics(
            model, new TwoPartTask(), [AbsoluteError, Metric.Of("none", (_, _) => tensor(float.NaN))], 5, cancellationToken: Cancellation);
        var json = JsonSerializer.Serialize(result, JsonSerializerOptions.Web);
        var read = JsonSerializer.Deserialize<EvaluationResult>(json, JsonSerializerOptions.Web)!;
        Assert.Equal(result.Metrics, read.Metrics);
        Assert.Equal(double.NaN, read.Metrics!["none"]);
        Assert.Equal(result.Groups.Select(g => (g.Perplexity, g.MeanSquaredError)), read.Groups.Select(g => (g.Perplexity, g.MeanSquaredError)));
        Assert.NotNull(read.Groups[0].Perplexity);
    }

    [Fact]
    public void Goals_in_conditions_may_be_of_custom_metrics_and_have_lower_limits()
    {
        using var model = TwoPartTask.CreateModel();
        EvaluationCondition[] conditions = [new("here", new TwoPartTask())];
        var result = Evaluator.EvaluateMetrics(model, new TwoPartTask(), [AbsoluteError], 30, 2, cancellationToken: Cancellation);
        var accuracy = result.Accuracy;
        EvaluationGoal[] goals =
        [
            new("here", AbsoluteError, Limit.AtMost(0)), new("here", Metric.Accuracy, Limit.AtLeast(accuracy + 0.01)), new("here", Metric.Accuracy, Limit.AtLeast(accuracy)),
        ];
        var score = new GoalEvaluation(conditions, goals).Measure(model, 30, 2, Cancellation);
        Assert.Equal(2, score.MissedGoals);
        Assert.Equal(Math.Sqrt(result.MeanExcessCost) + 2 * (Math.Sqrt(result.Metrics!["absolute error"]) + Math.Sqrt(0.01)), score.Distance, 1e-6);
    }

    [Theory]
    [InlineData(true, 0.99, 0.99, true)]
    [InlineData(true, 0.98, 0.99, false)]
    [InlineData(false, 0.99, 0.99, false)]
    [InlineData(false, 1.0, 0.99, true)]
    [InlineData(true, double.NaN, 0.0, false)]
    [InlineData(false, double.NaN, 0.0, false)]
    public void A_lower_limit_is_kept_or_not(bool inclusive, double value, double limit, bool kept) =>
        Assert.Equal(kept, (inclusive ? Limit.AtLeast(limit) : Limit.Above(limit)).IsKeptBy(value));

    [Fact]
    public void A_goal_with_its_limit_on_the_wrong_side_is_refused()
    {
        Assert.Contains("'accuracy', of which higher is better", Assert.Throws<ArgumentException>(() => new MetricGoal(Metric.Accuracy, Limit.Zero)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 1", Assert.Throws<ArgumentException>(() => new MetricGoal(Metric.Cost, Limit.AtLeast(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MetricGoal(Metric.Cost, Limit.Below(double.NaN)));
        Assert.Equal("accuracy at least 0.99", $"{new MetricGoal(Metric.Accuracy, Limit.AtLeast(0.99))}");
        Assert.Equal("perfect sequences above 0.5", $"{new MetricGoal(Metric.PerfectShare, Limit.Above(0.5))}");
    }

    [Fact]
    public void NaN_is_never_better()
    {
        foreach (var metric in (Metric[])[Metric.Cost, Metric.Accuracy])
            foreach (var other in (double[])[0, double.NegativeInfinity, double.PositiveInfinity, double.NaN])
                Assert.False(metric.IsBetter(double.NaN, other));
        Assert.True(Metric.Cost.IsBetter(1, 2));
        Assert.True(Metric.Accuracy.IsBetter(2, 1));
        Assert.False(Metric.Accuracy.IsBetter(1, 1));
    }
}
