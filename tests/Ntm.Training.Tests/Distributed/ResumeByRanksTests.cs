using Ntm.Core;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Distributed;

/// <summary>Checkpoints, returns to them, cancellation and observers of a training that several ranks share.</summary>
public class ResumeByRanksTests
{
    private static NeuralTuringMachine Machine(int seed) => SmallMachine.Create(seed).On(EngineKind.Cpu);

    private static TrainingOptions Options(TemporaryFolder folder) => SharedTraining.Options(
        o => o.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 26, Minutes = 0, KeepLast = 9 });

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(2, 4)]
    public void A_training_resumes_with_another_number_of_ranks(int before, int after)
    {
        using var whole = new TemporaryFolder();
        var expected = SharedTraining.Train(Machine, SmallMachine.Task, Options(whole), null);

        using var folder = new TemporaryFolder();
        var interrupted = ThreadExchange.Run(before, exchange => Cancelled(folder, exchange));
        Assert.All(interrupted, r => Assert.Equal((TrainingOutcome.Cancelled, 39), (r.Outcome, r.SequencesSeen)));
        var newest = new CheckpointFolder(folder.Path).Files[0];
        Assert.All(
            ThreadExchange.Run(after, exchange => SharedTraining.Train(Machine, SmallMachine.Task, Options(folder), exchange, checkpoint: newest)), expected.AssertEqual);
        Assert.Equal(Names(whole), Names(folder).Where(f => !f.Contains("039", StringComparison.Ordinal)));

        static TrainingResult Cancelled(TemporaryFolder folder, IGradientExchange exchange)
        {
            using var machine = Machine(1);
            using var stop = new CancellationTokenSource();
            // The last rank is cancelled, by an evaluation that it computes with the others.
            var trainer = new Trainer(machine, SmallMachine.Task, Options(folder)) { Exchange = exchange };
            trainer.Observers.Add(new Recorder((call, _) =>
            {
                if (call == "evaluated 39")
                    stop.Cancel();
            }));
            return trainer.Train(cancellationToken: stop.Token);
        }

        static string[] Names(TemporaryFolder folder) => [.. new CheckpointFolder(folder.Path).Files.Select(f => Path.GetFileName(f))];
    }

    [Fact]
    public void An_evaluation_that_one_rank_cancelled_is_due_again()
    {
        using var whole = new TemporaryFolder();
        var expected = SharedTraining.Train(_ => new LinearModel(), new EchoTask(), OfMicroBatches(whole), null);
        using var folder = new TemporaryFolder();
        var interrupted = ThreadExchange.Run(2, exchange =>
        {
            using var stop = new CancellationTokenSource();
            // The third update, which the evaluation follows: the rank computes two of four micro-batches.
            using var model = new LinearModel
            {
                OnForward = m =>
                {
                    if (exchange.Rank == 1 && m.Training.Count == 5)
                        stop.Cancel();
                },
            };
            return new Trainer(model, new EchoTask(), OfMicroBatches(folder)) { Exchange = exchange }.Train(cancellationToken: stop.Token);
        });
        Assert.All(interrupted, r => Assert.Equal((TrainingOutcome.Cancelled, 39, 0), (r.Outcome, r.SequencesSeen, r.Evaluations.Count)));
        var newest = new CheckpointFolder(folder.Path).Files[0];
        Assert.All(
            ThreadExchange.Run(2, exchange => SharedTraining.Train(_ => new LinearModel(), new EchoTask(), OfMicroBatches(folder), exchange, checkpoint: newest)),
            expected.AssertEqual);

        static TrainingOptions OfMicroBatches(TemporaryFolder folder) => SharedTraining.With(Options(folder), o => o.MicroBatchSize = 4);
    }

    /// <summary>Rank 0 alone has the folder of the checkpoints.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_divergence_of_one_rank_returns_all_to_a_checkpoint(int ranks)
    {
        Outcome? expected = null;
        foreach (var count in (int[])[0, ranks])
        {
            using var folder = new TemporaryFolder();
            var all = count == 0 ? [Train(folder, null)] : ThreadExchange.Run(count, exchange => Train(folder, exchange));
            expected ??= all[0];
            Assert.All(all, expected.AssertEqual);
        }

        static Outcome Train(TemporaryFolder folder, IGradientExchange? exchange)
        {
            var options = SharedTraining.Options(o =>
            {
                (o.BatchSize, o.MicroBatchSize, o.Sequences, o.OnDivergence, o.EvaluationInterval) = (8, 2, 80, DivergencePolicy.LowerRate, 0);
                o.Checkpoints = new CheckpointOptions { Folder = exchange?.Rank > 0 ? Path.Combine(folder.Path, "none") : folder.Path, Interval = 8, Minutes = 0 };
            });
            List<string> calls = [];
            var outcome = SharedTraining.Train(_ => Diverging(exchange), new EchoTask(), options, exchange, trainer => trainer.Observers.Add(new Recorder((call, _) => calls.Add(call))));
            Assert.Equal(exchange is null or { Rank: 0 }, calls.Exists(c => c.StartsWith("rolled back", StringComparison.Ordinal)));
            return outcome;
        }
    }

    [Fact]
    public void A_divergence_ends_all_ranks_with_the_same_exception()
    {
        var options = SharedTraining.Options(o => (o.BatchSize, o.MicroBatchSize) = (8, 2));
        var one = Assert.Throws<TrainingDivergedException>(() => SharedTraining.Train(_ => Diverging(null), new EchoTask(), options, null));
        Assert.All(
            ThreadExchange.Try(3, exchange => SharedTraining.Train(_ => Diverging(exchange), new EchoTask(), options, exchange)),
            o => Assert.Equal(one.Message, Assert.IsType<TrainingDivergedException>(o.Failure).Message));
    }

    /// <summary>Diverges once, in the last of the four micro-batches of the fourth update, which the last rank computes.</summary>
    private static LinearModel Diverging(IGradientExchange? exchange)
    {
        var ofUpdate = exchange is null ? 4 : new[] { 4, 2, 1 }[exchange.Size - 1];
        var isLast = exchange is null || exchange.Rank == exchange.Size - 1;
        return new LinearModel { OnForward = m => m.NanAfter = isLast && m.Training.Count == 4 * ofUpdate ? 0 : int.MaxValue };
    }

    [Theory]
    [InlineData("started")]
    [InlineData("progress 26")]
    [InlineData("evaluated 39")]
    [InlineData("checkpoint checkpoint-000000000026")]
    public void An_observer_of_rank_0_ends_the_training_of_all(string when)
    {
        using var whole = new TemporaryFolder();
        var expected = SharedTraining.Train(Machine, SmallMachine.Task, Options(whole), null, Stopping);
        Assert.Equal((TrainingOutcome.Stopped, "enough"), (expected.Result.Outcome, expected.Result.StopReason));
        using var folder = new TemporaryFolder();
        Assert.All(ThreadExchange.Run(3, exchange => SharedTraining.Train(Machine, SmallMachine.Task, Options(folder), exchange, Stopping)), expected.AssertEqual);

        void Stopping(Trainer trainer) => trainer.Observers.Add(new Recorder((call, training) =>
        {
            if (call.StartsWith(when, StringComparison.Ordinal))
                training.Stop("enough");
        }));
    }

    [Fact]
    public void Rank_0_alone_observes_reports_and_saves()
    {
        using var folder = new TemporaryFolder();
        var all = ThreadExchange.Run(3, exchange =>
        {
            using var machine = Machine(1);
            var recorder = new Recorder();
            var reports = new Reports();
            var trainer = new Trainer(machine, SmallMachine.Task, Options(folder)) { Exchange = exchange };
            trainer.Observers.Add(recorder);
            trainer.Train(reports);
            return (Calls: recorder.Calls.Count, Reports: reports.All.Count, exchange.Rank);
        });
        Assert.True(all[0].Calls > 5 && all[0].Reports > 2);
        Assert.Equal([(0, 0, 1), (0, 0, 2)], all[1..]);
    }
}
