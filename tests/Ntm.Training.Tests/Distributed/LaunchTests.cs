using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Distributed;

/// <summary>Ranks that do not fit together are refused by name, and no rank waits forever.</summary>
public class LaunchTests
{
    private static NeuralTuringMachine Machine(int seed) => SmallMachine.Create(seed).On(EngineKind.Cpu);

    private static string[] Messages(int ranks, Func<IGradientExchange, Outcome> run) => [.. ThreadExchange.Try(ranks, run).Select(o => Assert.IsType<ExchangeException>(o.Failure).Message)];

    [Fact]
    public void Settings_that_differ_are_named_on_all_ranks()
    {
        var messages = Messages(3, exchange => SharedTraining.Train(
            Machine, SmallMachine.Task, SharedTraining.Options(o => (o.BatchSize, o.Optimizer.LearningRate) = exchange.Rank == 2 ? (12, 0.5) : (13, 0.01)), exchange));
        Assert.All(messages, m => Assert.Equal("Rank 2 has LearningRate 0.5, BatchSize 12; expected LearningRate 0.01, BatchSize 13, like rank 0.", m));
    }

    [Fact]
    public void Another_task_another_model_and_another_checkpoint_are_named()
    {
        Assert.All(
            Messages(2, exchange => SharedTraining.Train(
                Machine, exchange.Rank == 0 ? SmallMachine.Task : new Tasks.CopyTask(new Tasks.CopyOptions { Width = 2, MinLength = 1, MaxLength = 4 }), SharedTraining.Options(), exchange)),
            m => Assert.StartsWith("Rank 1 has data ", m, StringComparison.Ordinal));
        Assert.All(
            Messages(2, exchange => SharedTraining.Train(
                seed => exchange.Rank == 0 ? Machine(seed) : SmallMachine.CreateLstm(seed), SmallMachine.Task, SharedTraining.Options(o => o.MicroBatchSize = 2), exchange)),
            m => Assert.StartsWith("Rank 1 has model LstmNetwork, ", m, StringComparison.Ordinal));
        using var folder = new TemporaryFolder();
        var options = SharedTraining.Options(o => o.Checkpoints = new CheckpointOptions { Folder = folder.Path, KeepLast = 9, Interval = 26, Minutes = 0 });
        SharedTraining.Train(Machine, SmallMachine.Task, options, null);
        var files = new CheckpointFolder(folder.Path).Files;
        Assert.All(
            Messages(2, exchange => SharedTraining.Train(Machine, SmallMachine.Task, options, exchange, checkpoint: files[exchange.Rank])),
            m => Assert.StartsWith("Rank 1 has checkpoint ", m, StringComparison.Ordinal));
    }

    [Fact]
    public void A_batch_smaller_than_the_ranks_is_refused()
    {
        var outcomes = ThreadExchange.Try(3, exchange => SharedTraining.Train(Machine, SmallMachine.Task, SharedTraining.Options(o => o.BatchSize = 2), exchange));
        Assert.All(outcomes, o => Assert.Equal(
            "TrainingOptions.BatchSize is 2, which 3 ranks are to share; expected 3 or more, at least one sequence for each rank.",
            Assert.IsType<ArgumentException>(o.Failure).Message));
    }

    [Fact]
    public void A_rank_that_cannot_begin_is_named_by_the_others()
    {
        using var folder = new TemporaryFolder();
        var options = SharedTraining.Options(o => o.Checkpoints = new CheckpointOptions { Folder = folder.Path });
        SharedTraining.Train(Machine, SmallMachine.Task, options, null);
        var outcomes = ThreadExchange.Try(2, exchange => SharedTraining.Train(Machine, SmallMachine.Task, options, exchange));
        Assert.Contains("holds checkpoints of another training", Assert.IsType<IOException>(outcomes[0].Failure).Message, StringComparison.Ordinal);
        Assert.Equal($"Rank 0 of 2 could not begin the training: {outcomes[0].Failure!.Message}", Assert.IsType<ExchangeException>(outcomes[1].Failure).Message);
    }

    [Theory]
    [InlineData("autograd", "by autograd on CPU")]
    [InlineData("function", "by SequenceTrainingPass on CPU from a loss function")]
    [InlineData("tensors", "by SequenceTrainingPass on CPU")]
    [InlineData("fast", "by Pass on CPU")]
    public void A_gradient_that_cannot_be_shared_requires_micro_batches(string kind, string found)
    {
        var outcomes = ThreadExchange.Try(2, exchange => SharedTraining.Train(
            seed => kind switch
            {
                "autograd" => new LinearModel(),
                "fast" => new FastModel(),
                _ => new NeuralTuringMachine(new NtmOptions { InputSize = 1, OutputSize = 1, ControllerSize = 8, MemoryLocations = 8, MemoryWidth = 4 }, seed: seed) { Engine = EngineKind.Cpu },
            },
            kind == "function" ? new SquaredEcho() : new EchoTask(),
            SharedTraining.Options(), exchange, usesTensors: kind == "tensors"));
        Assert.All(outcomes, o => Assert.Contains(
            $" is computed {found}, for a batch as a whole; expected a TrainingOptions.MicroBatchSize,", Assert.IsType<ArgumentException>(o.Failure).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_with_torchs_dropout_is_refused()
    {
        var outcomes = ThreadExchange.Try(2, exchange => SharedTraining.Train(_ => new DropoutModel(), new EchoTask(), SharedTraining.Options(o => o.MicroBatchSize = 4), exchange));
        Assert.Contains(outcomes, o => o.Failure?.Message.StartsWith("The model DropoutModel draws random numbers from torch's generator", StringComparison.Ordinal) == true);
        Assert.All(outcomes, o => Assert.NotNull(o.Failure));
    }

    [Fact]
    public void A_model_that_changes_its_buffers_is_refused()
    {
        var outcomes = ThreadExchange.Try(2, exchange => SharedTraining.Train(_ => new NormalisedModel(), new EchoTask(), SharedTraining.Options(o => o.MicroBatchSize = 4), exchange));
        Assert.Contains(outcomes, o => o.Failure?.Message.StartsWith("The model NormalisedModel changes a buffer in the forward pass", StringComparison.Ordinal) == true);
        Assert.All(outcomes, o => Assert.NotNull(o.Failure));
    }

    [Fact]
    public void A_rank_that_fails_alone_ends_the_others_with_its_reason()
    {
        var outcomes = ThreadExchange.Try(3, exchange => SharedTraining.Train(
            _ => new LinearModel
            {
                OnForward = m =>
                {
                    if (exchange.Rank == 1 && m.Training.Count == 3)
                        throw new InvalidDataException("The disk is on fire.");
                },
            },
            new EchoTask(), SharedTraining.Options(o => o.MicroBatchSize = 4), exchange));
        Assert.IsType<InvalidDataException>(outcomes[1].Failure);
        Assert.All((int[])[0, 2], rank => Assert.Equal("Rank 1 of 3 failed: The disk is on fire.", Assert.IsType<ExchangeException>(outcomes[rank].Failure).Message));
    }

    /// <summary>A fault of memory, or an observer that changes the model.</summary>
    [Fact]
    public void Ranks_that_drift_apart_are_found_at_the_next_evaluation()
    {
        var messages = Messages(2, exchange => SharedTraining.Train(
            _ => new LinearModel
            {
                OnForward = m =>
                {
                    if (exchange.Rank == 1 && m.Training.Count == 3)
                        m.Negate();
                },
            },
            new EchoTask(), SharedTraining.Options(o => o.MicroBatchSize = 4), exchange));
        Assert.All(messages, m => Assert.StartsWith("After 39 sequences rank 1 has other weights than rank 0;", m, StringComparison.Ordinal));
    }

    [Fact]
    public void An_exchange_of_a_bad_rank_is_refused()
    {
        using var model = new LinearModel();
        var trainer = new Trainer(model, new EchoTask(), SharedTraining.Options()) { Exchange = new BadExchange() };
        Assert.Equal("Trainer.Exchange has rank 2 of 2; expected a rank below the size, from 0 on.", Assert.Throws<ArgumentException>(() => trainer.Train()).Message);
    }

    [Fact]
    public void Ranks_without_work_are_reported()
    {
        var logger = new ListLogger();
        ThreadExchange.Run(4, exchange =>
        {
            using var model = Machine(1);
            return new Trainer(model, SmallMachine.Task, SharedTraining.Options(o => (o.BatchSize, o.Sequences) = (9, 9)), exchange.Rank == 0 ? logger : null) { Exchange = exchange }.Train();
        });
        Assert.Contains(logger.Lines, l => l.Text.Contains("1 of 4 ranks have no work: the batch of 9 sequences has 3 parts", StringComparison.Ordinal));
    }

    private sealed class SquaredEcho : SequenceTask
    {
        public override string Name => "squared echo";

        public override int InputSize => 1;

        public override int OutputSize => 1;

        public override LossFunction LossFunction => (logits, batch) => (logits - batch.Targets).square().sum() / logits.size(1);

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            sequence.Begin(1);
            random.NextBits(sequence.Input(0));
            sequence.CountedTarget(0)[0] = sequence.Input(0)[0];
        }
    }

    private sealed class BadExchange : IGradientExchange
    {
        public int Rank => 2;

        public int Size => 2;

        public void Broadcast(Span<byte> data) => throw new NotSupportedException();

        public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts) => throw new NotSupportedException();

        public void AllToAll(ReadOnlySpan<byte> own, ReadOnlySpan<int> ownCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts) => throw new NotSupportedException();

        public void Abort(Exception cause) => throw new NotSupportedException();
    }

    private sealed class NormalisedModel : nn.Module, ISequenceModel
    {
        private readonly BatchNorm1d norm = nn.BatchNorm1d(1, dtype: float32);

        public NormalisedModel()
            : base(nameof(NormalisedModel)) => RegisterComponents();

        public int InputSize => 1;

        public int OutputSize => 1;

        public Tensor Logits(Tensor inputs)
        {
            using var scope = NewDisposeScope();
            return norm.forward(inputs.view(-1, 1)).view(inputs.shape).MoveToOuterDisposeScope();
        }
    }
}
