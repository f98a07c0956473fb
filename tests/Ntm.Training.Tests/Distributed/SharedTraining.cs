using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Distributed;

/// <summary>Trains a model as one process and as several ranks, and compares.</summary>
internal static class SharedTraining
{
    /// <summary>Returns options of a short training.</summary>
    public static TrainingOptions Options(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Sequences = 75,
            BatchSize = 13,
            ReportInterval = 20,
            EvaluationInterval = 30,
            EvaluationSequences = 250,
            StopWhenSolved = false,
            Optimizer = { LearningRate = 1e-2 },
        };
        change?.Invoke(options);
        return options;
    }

    /// <summary>Trains and returns the weights and the result. Other ranks than the first begin with other weights, which they must not keep.</summary>
    /// <param name="create">Creates the model of a seed.</param>
    /// <param name="task">The task.</param>
    /// <param name="options">The options.</param>
    /// <param name="exchange">The exchange; <see langword="null"/> for one process.</param>
    /// <param name="prepare">Prepares the trainer.</param>
    /// <param name="usesTensors">Whether gradient and optimizer are tensors.</param>
    /// <param name="checkpoint">The checkpoint to resume from; <see langword="null"/> for a new training.</param>
    public static Outcome Train(
        Func<int, ISequenceModel> create, SequenceTask task, TrainingOptions options, IGradientExchange? exchange, Action<Trainer>? prepare = null,
        bool usesTensors = false, string? checkpoint = null)
    {
        var model = create(1 + (exchange?.Rank ?? 0) + (checkpoint is null ? 0 : 10));
        using var owned = (IDisposable)model;
        var trainer = new Trainer(model, task, options) { Exchange = exchange, UsesTensors = usesTensors };
        prepare?.Invoke(trainer);
        var result = checkpoint is null ? trainer.Train() : trainer.Resume(TrainingCheckpoint.Load(checkpoint));
        return new Outcome(SmallMachine.Values(model), result);
    }

    /// <summary>Checks that 1 to 4 ranks give the bits of one process.</summary>
    public static void AssertSame(
        Func<int, int, ISequenceModel> create, Func<SequenceTask> task, TrainingOptions options, Action<Trainer>? prepare = null, bool usesTensors = false,
        params ReadOnlySpan<int> ranks)
    {
        var expected = Train(seed => create(seed, 1), task(), options, null, prepare, usesTensors);
        Assert.NotEqual(expected.Weights, Train(seed => create(seed, 1), task(), With(options, o => o.Sequences = options.BatchSize), null, null, usesTensors).Weights);
        foreach (var count in ranks.IsEmpty ? [1, 2, 3, 4] : ranks)
        {
            // As many threads as there are ranks, up to 3.
            var all = ThreadExchange.Run(count, exchange => Train(seed => create(seed, 1 + (count + 1) % 3), task(), options, exchange, prepare, usesTensors));
            foreach (var actual in all)
                expected.AssertEqual(actual);
        }
    }

    /// <summary>Returns changed options.</summary>
    public static TrainingOptions With(TrainingOptions options, Action<TrainingOptions> change)
    {
        var copy = options.Clone();
        change(copy);
        return copy;
    }
}

/// <summary>The result of a training: all of it but the time.</summary>
internal sealed record Outcome(float[] Weights, TrainingResult Result)
{
    public void AssertEqual(Outcome other)
    {
        Assert.Equal(Weights, other.Weights);
        Assert.Equal((Result.Outcome, Result.SequencesSeen, Result.StopReason), (other.Result.Outcome, other.Result.SequencesSeen, other.Result.StopReason));
        Assert.Equal(Result.History.Select(p => p with { Seconds = 0 }), other.Result.History.Select(p => p with { Seconds = 0 }));
        Assert.Equal(Result.Evaluations.Select(e => (e.Sequences, e.Score)), other.Result.Evaluations.Select(e => (e.Sequences, e.Score)));
        Assert.Equal(Result.Evaluations.SelectMany(e => e.Metrics), other.Result.Evaluations.SelectMany(e => e.Metrics));
    }
}
