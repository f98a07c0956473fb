using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Distributed;

/// <summary>Weights, history and evaluations are bit-identical for 1 to 4 ranks and any threads.</summary>
public class SameBitsTests
{
    public static TheoryData<string> Optimizers => [.. OptimizerOptions.Names];

    private static NeuralTuringMachine Machine(int seed, int threads, double dropout = 0)
    {
        var machine = SmallMachine.Create(seed, dropout).On(EngineKind.Cpu);
        machine.Threads = threads;
        return machine;
    }

    private static NeuralTuringMachine MachineFor(SequenceTask task, int seed, int threads, EngineKind engine = EngineKind.Cpu) => new(
        new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 9, MemoryLocations = 7, MemoryWidth = 5 }, seed: seed)
    {
        Engine = engine,
        Threads = threads,
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_with_the_engine(string optimizer) => SharedTraining.AssertSame(
        (seed, threads) => Machine(seed, threads), () => SmallMachine.Task, SharedTraining.Options(o => o.Optimizer = AnyOptimizer.Of(optimizer, 1e-2)));

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_with_autograd(string optimizer) => SharedTraining.AssertSame(
        (seed, _) => SmallMachine.Create(seed), () => SmallMachine.Task,
        SharedTraining.Options(o => (o.Optimizer, o.MicroBatchSize, o.Sequences) = (AnyOptimizer.Of(optimizer, 1e-2), 3, 40)), null, false, 2, 3);

    /// <summary>One group of the engine, fewer groups than ranks, as many lanes as there can be, and more groups than lanes. The last batch is smaller.</summary>
    [Theory]
    [InlineData(4, 18)]
    [InlineData(5, 17)]
    [InlineData(16, 50)]
    [InlineData(37, 100)]
    [InlineData(90, 200)]
    public void Every_size_of_a_batch_with_the_engine(int batch, int sequences) => SharedTraining.AssertSame(
        (seed, threads) => Machine(seed, threads), () => SmallMachine.Task, SharedTraining.Options(o => (o.BatchSize, o.Sequences) = (batch, sequences)));

    [Theory]
    [InlineData(4, 1)]
    [InlineData(7, 2)]
    [InlineData(13, 3)]
    [InlineData(13, 13)]
    public void Every_size_of_a_micro_batch(int batch, int micro) => SharedTraining.AssertSame(
        (seed, threads) => Machine(seed, threads), () => SmallMachine.Task,
        SharedTraining.Options(o => (o.BatchSize, o.MicroBatchSize, o.Sequences) = (batch, micro, 3 * batch - 1)));

    [Fact]
    public void The_LSTM_network() => SharedTraining.AssertSame(
        (seed, _) => SmallMachine.CreateLstm(seed), () => SmallMachine.Task, SharedTraining.Options(o => o.MicroBatchSize = 4));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Optimizers_of_tensors_as_on_a_GPU(bool autograd) => SharedTraining.AssertSame(
        (seed, threads) => autograd ? SmallMachine.Create(seed) : Machine(seed, threads), () => SmallMachine.Task,
        SharedTraining.Options(o => (o.MicroBatchSize, o.Sequences) = (4, 40)), null, usesTensors: true, 2, 3);

    [Fact]
    public void An_optimizer_and_a_scheduler_of_torch() => SharedTraining.AssertSame(
        (seed, threads) => Machine(seed, threads), () => SmallMachine.Task,
        SharedTraining.Options(o =>
        {
            o.Optimizer = new RmsProp();
            o.TorchOptimizer = model => optim.Adam(model.named_parameters().Select(p => p.parameter), lr: 1e-2);
            o.Scheduler = optimizer => optim.lr_scheduler.StepLR(optimizer, 2, 0.5);
        }));

    [Theory]
    [InlineData("symbols", false)]
    [InlineData("numbers", false)]
    [InlineData("symbols", true)]
    [InlineData("numbers", true)]
    public void Every_loss(string kind, bool autograd)
    {
        Func<SequenceTask> task = kind == "symbols" ? () => new NextSymbolTask() : () => new DelayTask();
        SharedTraining.AssertSame(
            (seed, threads) => MachineFor(task(), seed, threads, autograd ? EngineKind.Reference : EngineKind.Cpu), task,
            SharedTraining.Options(o =>
            {
                o.MicroBatchSize = autograd ? 4 : null;
                o.GradientClipping = new ClipByNorm { MaxNorm = 0.5 };
                o.Metrics = [Metric.Cost, Metric.Of("first, logit", (logits, _) => logits[0].sum())];
            }));
    }

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Reference)]
    public void A_loss_function(EngineKind engine) => SharedTraining.AssertSame(
        (seed, threads) => Machine(seed, threads).On(engine), () => new FunctionOfCopies(), SharedTraining.Options(o => (o.MicroBatchSize, o.Sequences) = (4, 40)),
        null, false, 2, 4);

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Dropout_by_the_number_of_the_sequence(int? micro) => SharedTraining.AssertSame(
        (seed, threads) => Machine(seed, threads, dropout: 0.3), () => SmallMachine.Task, SharedTraining.Options(o => o.MicroBatchSize = micro));

    [Fact]
    public void A_training_that_ends_as_solved() => SharedTraining.AssertSame(
        (_, _) => new LinearModel(), () => new EchoTask(new TaskGoal(1, 0.1)),
        SharedTraining.Options(o => (o.StopWhenSolved, o.Sequences, o.MicroBatchSize, o.Optimizer.LearningRate) = (true, 10_000, 4, 0.05)));

    [Fact]
    public void Early_stop() => SharedTraining.AssertSame(
        (seed, threads) => Machine(seed, threads), () => SmallMachine.Task, SharedTraining.Options(o => (o.Sequences, o.Optimizer.LearningRate) = (10_000, 0.3)),
        trainer => trainer.Observers.Add(new EarlyStop(2)));

    /// <summary>Micro-batches of the whole batch are the whole batch, up to the scaling by 1.</summary>
    [Fact]
    public void One_micro_batch_is_a_whole_batch()
    {
        var whole = SharedTraining.Train(SmallMachine.CreateLstm, SmallMachine.Task, SharedTraining.Options(), null);
        whole.AssertEqual(SharedTraining.Train(SmallMachine.CreateLstm, SmallMachine.Task, SharedTraining.Options(o => o.MicroBatchSize = 13), null));
    }

    /// <summary>Their gradients are those of the whole batch, up to rounding.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Micro_batches_give_the_gradient_of_the_batch(int micro)
    {
        var options = SharedTraining.Options(o => (o.Optimizer, o.GradientClipping, o.Sequences) = (new Sgd { LearningRate = 0.1 }, new NoClipping(), 26));
        var whole = SharedTraining.Train(seed => Machine(seed, 1), SmallMachine.Task, options, null);
        var parts = SharedTraining.Train(seed => Machine(seed, 1), SmallMachine.Task, SharedTraining.With(options, o => o.MicroBatchSize = micro), null);
        for (var i = 0; i < whole.Weights.Length; i++)
            Assert.Equal(whole.Weights[i], parts.Weights[i], 1e-5f);
        Assert.Equal(whole.Result.History[0].MeanCost, parts.Result.History[0].MeanCost, 1e-5);
        Assert.Equal(whole.Result.History[0].MeanWrong, parts.Result.History[0].MeanWrong);
    }

    /// <summary>The copy task with a loss that weighs wrong zeros more.</summary>
    private sealed class FunctionOfCopies : SequenceTask
    {
        private readonly CopyTask _copy = SmallMachine.Task;

        public override string Name => "copy by a function";

        public override int InputSize => _copy.InputSize;

        public override int OutputSize => _copy.OutputSize;

        public override LossFunction LossFunction => (logits, batch) =>
            ((logits - batch.Targets).square() * (2 - batch.Targets) * batch.Mask.unsqueeze(2)).sum() / logits.size(1);

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            var steps = random.NextInt(1, 4);
            sequence.Begin(steps);
            for (var t = 0; t < steps; t++)
            {
                random.NextBits(sequence.Input(t));
                sequence.CountedTarget(t)[t % 2] = sequence.Input(t)[0];
            }
        }
    }
}
