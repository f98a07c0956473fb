using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

public class EvaluatorTests
{
    [Fact]
    public void The_score_does_not_depend_on_the_batch_size()
    {
        using var machine = SmallMachine.Create();
        var expected = Evaluator.Evaluate(machine, SmallMachine.Task, sequences: 60, seed: 3, batchSize: 1);
        foreach (var batchSize in new[] { 7, 60, 1000 })
        {
            var score = Evaluator.Evaluate(machine, SmallMachine.Task, sequences: 60, seed: 3, batchSize: batchSize);
            Assert.Equal((expected.Sequences, expected.WrongSum, expected.PerfectSequences, expected.CountSum),
                (score.Sequences, score.WrongSum, score.PerfectSequences, score.CountSum));
            Assert.Equal(expected.LossSum, score.LossSum, 1e-5 * expected.LossSum);
        }
    }

    [Fact]
    public void The_score_is_that_of_the_held_out_sequences()
    {
        using var model = new LinearModel();
        var expected = default(SequenceScore);
        for (var i = 0; i < 50; i++)
        {
            using var batch = new EchoTask().Batch(SequenceSeeds.HeldOut(4), i, 1);
            using var logits = batch.Inputs * 0.25 + 0.125;
            expected += SequenceLoss.Score(logits, batch.Targets, batch.Mask);
        }

        var score = Evaluator.Evaluate(model, new EchoTask(), sequences: 50, seed: 4, batchSize: 8);
        Assert.Equal([8, 8, 8, 8, 8, 8, 2], model.Evaluation);
        Assert.Equal(expected.LossSum, score.LossSum, 1e-5 * expected.LossSum);
        Assert.Equal((expected.WrongSum, expected.CountSum), (score.WrongSum, score.CountSum));
    }

    [Fact]
    public void An_evaluation_computes_no_gradients_and_leaves_parameters_and_gradient_mode()
    {
        using var model = new LinearModel();
        var before = model.Values();
        Evaluator.Evaluate(model, new EchoTask(), sequences: 10);
        Assert.Empty(model.Training);
        Assert.Equal(before, model.Values());
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Training_validation_and_reported_sequences_are_never_the_same_whatever_the_seeds()
    {
        int[] seeds = [.. Enumerable.Range(0, 100), int.MaxValue, int.MaxValue - 1, -1];
        var streams = seeds.SelectMany(s => new[] { SequenceSeeds.Training(s), SequenceSeeds.Validation(s), SequenceSeeds.HeldOut(s) }).ToList();
        Assert.Equal(3 * seeds.Length, streams.Distinct().Count());

        // 128 random bits a sequence: no two of some thousands are alike by chance.
        var buffer = new BatchBuffer(new CopyTask(new CopyOptions { Width = 64, MinLength = 2, MaxLength = 2 }));
        var seen = new HashSet<string>();
        foreach (var stream in streams)
        {
            for (var i = 0; i < 20; i++)
            {
                buffer.Fill(stream, i, 1);
                Assert.True(seen.Add(string.Concat(buffer.Targets.ToArray())), $"sequence {i} of stream {stream}");
            }
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused_by_name()
    {
        using var model = new LinearModel();
        Assert.Throws<ArgumentNullException>("model", () => Evaluator.Evaluate(null!, new EchoTask()));
        Assert.Throws<ArgumentNullException>("task", () => Evaluator.Evaluate(model, null!));
        Assert.Throws<ArgumentOutOfRangeException>("sequences", () => Evaluator.Evaluate(model, new EchoTask(), sequences: 0));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => Evaluator.Evaluate(model, new EchoTask(), batchSize: 0));
        var exception = Assert.Throws<ArgumentException>(nameof(model), () => Evaluator.Evaluate(model, new CopyTask()));
        Assert.StartsWith("The model has InputSize 1 and OutputSize 1; expected 9 and 8, like the task copy.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_evaluation_ends_with_an_exception()
    {
        using var model = new LinearModel();
        using var source = new CancellationTokenSource();
        model.OnForward = _ => source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Evaluator.Evaluate(model, new EchoTask(), sequences: 100, batchSize: 10, cancellationToken: source.Token));
        Assert.Single(model.Evaluation);
    }
}
