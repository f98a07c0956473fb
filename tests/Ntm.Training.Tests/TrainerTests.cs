using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

public class TrainerTests
{
    /// <summary>100 sequences in batches of 8; no evaluation.</summary>
    private static TrainingOptions Options(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Sequences = 100,
            BatchSize = 8,
            ReportInterval = 20,
            EvaluationInterval = 0,
            EvaluationSequences = 30,
            StopWhenSolved = false,
            SolvedEvaluations = 1,
            Optimizer = new Adam { LearningRate = 0.05 },
        };
        change?.Invoke(options);
        return options;
    }

    [Fact]
    public void A_short_training_learns_to_copy()
    {
        // Lengths 1 to 2 of 2 bits: guessing costs 3 bits per sequence. Measured with seeds 1 to 3: 0.02 to 0.13 bits after these steps.
        var task = new CopyTask(new CopyOptions { Width = 2, MinLength = 1, MaxLength = 2 });
        using var machine = SmallMachine.Create();
        var options = new TrainingOptions
        {
            Sequences = 6400,
            BatchSize = 32,
            Optimizer = new Adam { LearningRate = 1e-2 },
            ReportInterval = 1600,
            EvaluationInterval = 0,
            StopWhenSolved = false,
            Seed = 1,
        };
        var before = Evaluator.Evaluate(machine, task, sequences: 200, seed: 5);
        var result = new Trainer(machine, task, options).Train();
        var after = Evaluator.Evaluate(machine, task, sequences: 200, seed: 5);
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.InRange(before.MeanCost, 2.8, 6);
        Assert.True(after.MeanCost < 0.5, $"cost {before.MeanCost} -> {after.MeanCost} bits");
        Assert.True(after.MeanWrong < 0.1, $"wrong bits {before.MeanWrong} -> {after.MeanWrong}");
        Assert.True(result.History[^1].MeanCost < 0.25 * result.History[0].MeanCost);
    }

    [Theory]
    [InlineData("adam", 0.05)]
    [InlineData("rmsprop", 0.01)]
    [InlineData("graves-rmsprop", 0.003)]
    [InlineData("adamw", 0.05)]
    [InlineData("sgd", 0.05)]
    public void Every_optimizer_lowers_the_cost(string optimizer, double learningRate)
    {
        using var model = new LinearModel();
        var result = new Trainer(model, new EchoTask(), Options(o => (o.Optimizer, o.Sequences) = (AnyOptimizer.Of(optimizer, learningRate), 2000))).Train();
        Assert.True(result.History[^1].MeanCost < 0.5 * result.History[0].MeanCost, $"{result.History[0].MeanCost} -> {result.History[^1].MeanCost}");
    }

    [Fact]
    public void The_same_seeds_give_the_same_bits_and_another_seed_others()
    {
        var (first, second, other) = (Run(seed: 1), Run(seed: 1), Run(seed: 2));
        Assert.Equal(first.Values, second.Values);
        Assert.Equal(first.Costs, second.Costs);
        Assert.NotEqual(first.Values, other.Values);

        static (float[] Values, List<double> Costs) Run(int seed)
        {
            using var machine = SmallMachine.Create(seed: 1);
            var result = new Trainer(machine, SmallMachine.Task, Options(o => (o.Seed, o.Optimizer.LearningRate) = (seed, 1e-3))).Train();
            return (SmallMachine.Values(machine), [.. result.History.Select(p => p.MeanCost)]);
        }
    }

    [Fact]
    public void The_last_batch_is_as_large_as_sequences_are_left()
    {
        using var model = new LinearModel();
        var result = new Trainer(model, new EchoTask(), Options()).Train();
        Assert.Equal([8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 4], model.Training);
        Assert.Equal((TrainingOutcome.Completed, 100L), (result.Outcome, result.SequencesSeen));
    }

    [Fact]
    public void Points_come_at_the_interval_and_are_the_means_of_the_sequences_since_the_point_before()
    {
        // A learning rate too small to change a parameter: every batch is scored by the first model.
        using var model = new LinearModel();
        var reports = new Reports();
        var result = new Trainer(model, new EchoTask(), Options(o => (o.Optimizer.LearningRate, o.Seed) = (1e-30, 6))).Train(reports);
        Assert.Equal([0.25, 0.125, 0], model.Values().Select(v => Math.Round(v, 15)));
        // Batches of 8: 20 or more are seen after 24; then 4 are left.
        Assert.Equal([24, 48, 72, 96, 100], result.History.Select(p => p.Sequences));
        Assert.Equal(result.History, reports.All.Select(r => r.Point));
        var first = 0L;
        foreach (var point in result.History)
        {
            var expected = default(SequenceScore);
            for (; first < point.Sequences; first++)
            {
                using var batch = new EchoTask().Batch(SequenceSeeds.Training(6), first, 1);
                using var logits = batch.Inputs * 0.25 + 0.125;
                expected += SequenceLoss.Score(logits, batch.Targets, batch.Mask);
            }

            Assert.Equal(expected.MeanCost, point.MeanCost, 1e-5 * expected.MeanCost);
            Assert.Equal(expected.MeanWrong, point.MeanWrong, 1e-12);
        }
    }

    [Fact]
    public void Reports_say_how_long_it_still_takes()
    {
        using var model = new LinearModel();
        var reports = new Reports();
        var result = new Trainer(model, new EchoTask(), Options()).Train(reports);
        Assert.All(reports.All, r => Assert.Equal(100, r.TotalSequences));
        Assert.All(reports.All, r => Assert.True(r.SequencesPerSecond > 0));
        Assert.All(reports.All[..^1], r => Assert.Equal((100 - r.Point.Sequences) / r.SequencesPerSecond, r.TimeLeft.TotalSeconds, 1e-5));
        Assert.Equal(TimeSpan.Zero, reports.All[^1].TimeLeft);
        Assert.Equal(result.History.Select(p => p.Seconds).Order(), result.History.Select(p => p.Seconds));
        Assert.InRange(result.History[^1].Seconds, 1e-9, result.Seconds);
    }

    [Fact]
    public void Evaluations_come_at_their_interval_and_at_the_end()
    {
        using var model = new LinearModel();
        var reports = new Reports();
        var result = new Trainer(model, new EchoTask(), Options(o => (o.EvaluationInterval, o.Seed) = (30, 3))).Train(reports);
        // 30 sequences in one batch, after 32, 64, 96 and 100 sequences; each evaluation has separate sequences.
        Assert.Equal([30, 30, 30, 30], model.Evaluation);
        Assert.Equal(Evaluator.Evaluate(model, new EchoTask(), SequenceSeeds.Validation(3), 4 * 30, 30, 100, default), result.Evaluation);
        Assert.Null(reports.All[0].Evaluation);
        Assert.NotNull(reports.All[1].Evaluation);
        Assert.Equal(result.Evaluation, reports.All[^1].Evaluation);
    }

    [Theory]
    [InlineData(100, true, new long[] { 100, 100, 100, 100, 50 })]
    [InlineData(0, true, new long[] { 100, 100 })]
    [InlineData(100, false, new long[] { 100, 100 })]
    public void An_evaluation_looks_at_200_sequences_and_at_all_only_if_those_reach_a_goal_that_ends_the_training(double goal, bool stop, long[] batches)
    {
        using var model = new LinearModel();
        var task = new EchoTask(new TaskGoal(goal, goal));
        var options = Options(o => (o.EvaluationInterval, o.EvaluationSequences, o.StopWhenSolved) = (100, 450, stop));
        var result = new Trainer(model, task, options).Train();
        Assert.Equal(batches, model.Evaluation);
        Assert.Equal(batches.Sum(), result.Evaluation!.Value.Sequences);
    }

    [Fact]
    public void Without_an_evaluation_interval_nothing_is_evaluated()
    {
        using var model = new LinearModel();
        Assert.Null(new Trainer(model, new EchoTask(), Options()).Train().Evaluation);
        Assert.Empty(model.Evaluation);
    }

    [Fact]
    public void A_training_stops_when_an_evaluation_reaches_the_goal()
    {
        using var model = new LinearModel();
        var reports = new Reports();
        var task = new EchoTask(new TaskGoal(MeanExcessCost: 100, MeanWrong: 100));
        var result = new Trainer(model, task, Options(o => (o.EvaluationInterval, o.StopWhenSolved, o.ReportInterval) = (30, true, 1000))).Train(reports);
        Assert.Equal((TrainingOutcome.Solved, 32L), (result.Outcome, result.SequencesSeen));
        // The point since the last one is due, although its interval is not over.
        Assert.Equal(32, Assert.Single(result.History).Sequences);
        Assert.Equal(result.Evaluation, Assert.Single(reports.All).Evaluation);
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 64)]
    [InlineData(3, 96)]
    public void The_goal_must_be_reached_as_often_in_a_row_as_the_options_say(int evaluations, long seen)
    {
        using var model = new LinearModel();
        var task = new EchoTask(new TaskGoal(MeanExcessCost: 100, MeanWrong: 100));
        var result = new Trainer(
            model, task, Options(o => (o.EvaluationInterval, o.StopWhenSolved, o.SolvedEvaluations) = (30, true, evaluations))).Train();
        Assert.Equal((TrainingOutcome.Solved, seen), (result.Outcome, result.SequencesSeen));
    }

    [Fact]
    public void A_training_told_so_goes_on_after_the_goal_with_points_at_their_interval()
    {
        using var model = new LinearModel();
        var task = new EchoTask(new TaskGoal(MeanExcessCost: 100, MeanWrong: 100));
        var result = new Trainer(model, task, Options(o => (o.EvaluationInterval, o.StopWhenSolved) = (10, false))).Train();
        Assert.Equal((TrainingOutcome.Completed, 100L), (result.Outcome, result.SequencesSeen));
        Assert.Equal([24, 48, 72, 96, 100], result.History.Select(p => p.Sequences));
    }

    [Fact]
    public void A_goal_that_is_not_reached_does_not_stop_it()
    {
        using var model = new LinearModel();
        var task = new EchoTask(new TaskGoal(MeanExcessCost: 0, MeanWrong: 0));
        Assert.Equal(TrainingOutcome.Completed, new Trainer(model, task, Options(o => (o.EvaluationInterval, o.StopWhenSolved) = (30, true))).Train().Outcome);
    }

    [Fact]
    public void Cancellation_ends_after_the_batch_and_keeps_what_was_learned()
    {
        using var model = new LinearModel();
        using var expected = new LinearModel();
        using var source = new CancellationTokenSource();
        var result = new Trainer(model, new EchoTask(), Options()).Train(new Reports(_ => source.Cancel()), source.Token);
        Assert.Equal((TrainingOutcome.Cancelled, 24L), (result.Outcome, result.SequencesSeen));
        new Trainer(expected, new EchoTask(), Options(o => o.Sequences = 24)).Train();
        Assert.Equal(expected.Values(), model.Values());
    }

    [Fact]
    public void The_learning_curve_of_a_cancelled_training_reaches_its_last_sequence()
    {
        using var model = new LinearModel();
        using var source = new CancellationTokenSource();
        model.OnForward = m =>
        {
            if (m.Training.Count == 4)
                source.Cancel();
        };
        var result = new Trainer(model, new EchoTask(), Options()).Train(cancellationToken: source.Token);
        Assert.Equal((TrainingOutcome.Cancelled, 32L), (result.Outcome, result.SequencesSeen));
        Assert.Equal([24, 32], result.History.Select(p => p.Sequences));
    }

    [Fact]
    public void A_training_cancelled_before_it_begins_changes_nothing()
    {
        using var model = new LinearModel();
        var before = model.Values();
        var result = new Trainer(model, new EchoTask(), Options()).Train(cancellationToken: new CancellationToken(canceled: true));
        Assert.Equal((TrainingOutcome.Cancelled, 0L), (result.Outcome, result.SequencesSeen));
        Assert.Empty(result.History);
        Assert.Equal(before, model.Values());
    }

    [Fact]
    public void Cancellation_ends_an_evaluation_too()
    {
        using var model = new LinearModel();
        using var source = new CancellationTokenSource();
        model.OnForward = m =>
        {
            if (m.Evaluation.Count == 1)
                source.Cancel();
        };
        var result = new Trainer(model, new EchoTask(), Options(o => (o.EvaluationInterval, o.EvaluationSequences) = (30, 1000))).Train(cancellationToken: source.Token);
        Assert.Equal((TrainingOutcome.Cancelled, 32L), (result.Outcome, result.SequencesSeen));
        Assert.Single(model.Evaluation);
        Assert.Null(result.Evaluation);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_stops_the_training_before_the_update()
    {
        using var model = new LinearModel { NanAfter = 2 };
        using var expected = new LinearModel();
        var exception = Assert.Throws<TrainingDivergedException>(() => new Trainer(model, new EchoTask(), Options(o => o.Seed = 5)).Train());
        Assert.Equal((16L, 5), (exception.Sequence, exception.Seed));
        Assert.Contains("sequences 16 to 23 of seed 5: the loss is NaN", exception.Message, StringComparison.Ordinal);
        new Trainer(expected, new EchoTask(), Options(o => (o.Seed, o.Sequences) = (5, 16))).Train();
        Assert.Equal(expected.Values(), model.Values());
    }

    [Fact]
    public void An_infinite_gradient_stops_the_training_before_the_update_and_names_the_parameter()
    {
        using var model = new LinearModel { AddTrap = 2 };
        using var expected = new LinearModel();
        var exception = Assert.Throws<TrainingDivergedException>(() => new Trainer(model, new EchoTask(), Options(o => o.Seed = 5)).Train());
        Assert.Equal((16L, 5), (exception.Sequence, exception.Seed));
        Assert.Contains("sequences 16 to 23 of seed 5: the gradient of trap is", exception.Message, StringComparison.Ordinal);
        new Trainer(expected, new EchoTask(), Options(o => (o.Seed, o.Sequences) = (5, 16))).Train();
        Assert.Equal(expected.Values(), model.Values());
    }

    [Fact]
    public void A_poisoned_parameter_of_a_machine_stops_the_training_with_its_first_sequence()
    {
        using var machine = SmallMachine.Create();
        using (no_grad())
            machine.named_parameters().Single(p => p.name == "cell.output.bias").parameter[1] = float.NaN;
        var before = SmallMachine.Values(machine);
        var exception = Assert.Throws<TrainingDivergedException>(() => new Trainer(machine, SmallMachine.Task, Options()).Train());
        Assert.Equal(0, exception.Sequence);
        Assert.Equal(before, SmallMachine.Values(machine));
    }

    [Fact]
    public void Two_hundred_iterations_leave_no_tensor()
    {
        using var machine = SmallMachine.Create();
        var task = SmallMachine.Task;
        var options = Options(o => (o.BatchSize, o.Sequences, o.EvaluationInterval, o.Optimizer.LearningRate) = (1, 200, 100, 1e-4));
        new Trainer(machine, task, Options(o => o.Sequences = 1)).Train();
        var before = Live();
        new Trainer(machine, task, options).Train();
        Assert.Equal(before, Live());

        static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
    }

    [Fact]
    public void Gradients_left_by_someone_else_have_no_part_in_a_training()
    {
        using var model = new LinearModel();
        using var expected = new LinearModel();
        using (var loss = model.Logits(ones(3, 1, 1)).sum() * 1000)
            loss.backward();
        new Trainer(model, new EchoTask(), Options()).Train();
        new Trainer(expected, new EchoTask(), Options()).Train();
        Assert.Equal(expected.Values(), model.Values());
    }

    [Fact]
    public void Wrong_arguments_are_refused_by_name()
    {
        using var model = new LinearModel();
        Assert.Throws<ArgumentNullException>("model", () => new Trainer(null!, new EchoTask()));
        Assert.Throws<ArgumentNullException>("task", () => new Trainer(model, null!));
        var exception = Assert.Throws<ArgumentException>(nameof(model), () => new Trainer(model, new CopyTask()));
        Assert.StartsWith("The model has InputSize 1 and OutputSize 1; expected 9 and 8, like the task copy.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_in_float64_is_refused_by_parameter()
    {
        using var machine = SmallMachine.Create();
        machine.to(float64);
        var exception = Assert.Throws<ArgumentException>("model", () => new Trainer(machine, SmallMachine.Task, Options()).Train());
        Assert.StartsWith("Parameter cell.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("is Float64 on cpu; expected contiguous float32 on cpu, the device of the first one.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_changed_later_do_not_change_a_trainer()
    {
        using var model = new LinearModel();
        var options = Options();
        var trainer = new Trainer(model, new EchoTask(), options);
        options.Sequences = 1;
        Assert.Equal(100, trainer.Train().SequencesSeen);
    }
}
