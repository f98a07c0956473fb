using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

/// <summary>Losses given by a function of the logits, and by groups of channels: trained, evaluated, saved, resumed, refused.</summary>
public class LossFunctionTests
{
    public static TheoryData<string, bool> Models => new()
    {
        { "cpu", false },
        { "cpu", true },
        { "reference", false },
        { "lstm", false },
        { "fast", false },
    };

    /// <summary>The built-in loss, written as a function.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void The_same_loss_as_a_function_trains_the_same_model(string kind, bool asTensors)
    {
        var function = new FunctionTask((logits, batch) => SequenceLoss.Mean(logits, batch.Targets, batch.Mask));
        var (expected, expectedScore) = Train(kind, new EchoTask(), asTensors);
        var (actual, actualScore) = Train(kind, function, asTensors);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f);
        Assert.True(actualScore.IsOfFunction);
        Assert.Equal(expectedScore.MeanLoss, actualScore.MeanCost, 1e-4 * expectedScore.MeanLoss);
        Assert.Equal((expectedScore.WrongSum, expectedScore.PerfectSequences, expectedScore.CountSum, expectedScore.Sequences),
            (actualScore.WrongSum, actualScore.PerfectSequences, actualScore.CountSum, actualScore.Sequences));
    }

    [Fact]
    public void A_fast_model_uses_its_pass()
    {
        var task = new FunctionTask((logits, batch) => (logits - batch.Targets).abs().mul(batch.Mask.unsqueeze(2)).sum() / logits.size(1));
        using var machine = (NeuralTuringMachine)Model("cpu");
        using var counted = new CountingMachine(machine);
        var result = new Trainer(counted, task, Options()).Train();
        Assert.Equal(0, counted.SlowCalls);
        Assert.True(result.History[^1].MeanCost < result.History[0].MeanCost);
    }

    [Theory]
    [InlineData("cpu", 4_000, 0.7)]
    [InlineData("reference", 640, 0.95)]
    [InlineData("lstm", 4_000, 0.7)]
    public void Groups_of_channels_have_a_loss_each(string kind, int sequences, double share)
    {
        var task = new MixedTask();
        using var owned = (IDisposable)Model(kind, 3, 6);
        var model = (ISequenceModel)owned;
        var before = Evaluator.EvaluateGroups(model, task, 200);
        var result = new Trainer(model, task, Options(o => (o.Sequences, o.BatchSize, o.Optimizer) = (sequences, 16, new Adam { LearningRate = 1e-2 }))).Train();
        var after = Evaluator.EvaluateGroups(model, task, 200);
        Assert.Equal([LossKind.BinaryCrossEntropy, LossKind.SoftmaxCrossEntropy, LossKind.SquaredError], after.Groups.Select(g => g.Score.Loss));
        Assert.All(after.Groups, g => Assert.False(g.Score.IsOfFunction));
        Assert.True(after.Total.IsOfFunction);
        // What is trained is the sum of the three losses.
        Assert.Equal(before.Groups.Sum(g => g.Score.LossSum), before.Total.LossSum, 1e-4 * before.Total.LossSum);
        Assert.Equal(after.Groups.Sum(g => g.Score.WrongSum), after.Total.WrongSum);
        Assert.All(before.Groups.Zip(after.Groups), g => Assert.True(g.Second.Score.MeanLoss < share * g.First.Score.MeanLoss, $"{g.First.Name}: {g.First.Score.MeanLoss} -> {g.Second.Score.MeanLoss}"));
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
    }

    [Fact]
    public void An_interrupted_training_resumes_bit_identically()
    {
        using var whole = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        TrainingOptions In(TemporaryFolder place) => Options(o =>
        {
            (o.EvaluationInterval, o.EvaluationSequences) = (30, 20);
            o.Checkpoints = new CheckpointOptions { Folder = place.Path, Interval = 40, Minutes = 0 };
        });
        using var owned = (IDisposable)Model("cpu", 3, 6);
        var expected = new Trainer((ISequenceModel)owned, new MixedTask(), In(whole)).Train();
        using var first = (IDisposable)Model("cpu", 3, 6);
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer((ISequenceModel)first, new MixedTask(), In(folder));
        Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(new Reports(p => CancelAfter(60, p, stop)), stop.Token).Outcome);
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest(Assert.Fail)!;
        Assert.All(checkpoint.Evaluations, e => Assert.True(e.Score.IsOfFunction));
        using var second = (IDisposable)Model("cpu", 3, 6);
        var resumed = new Trainer((ISequenceModel)second, new MixedTask(), In(folder)).Resume(checkpoint);
        Assert.Equal(expected.Evaluations, resumed.Evaluations);
        Assert.Equal(expected.History.Select(p => (p.Sequences, p.MeanCost)), resumed.History.Select(p => (p.Sequences, p.MeanCost)));
        Assert.Equal(Values((ISequenceModel)owned), Values((ISequenceModel)second));
        // A task without the function is another.
        var e = Assert.Throws<CheckpointException>(() => new Trainer((ISequenceModel)second, new MixedTask(hasLosses: false), In(folder)).Resume(checkpoint));
        Assert.Contains("a function for SquaredError targets", e.Message);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    public void Results_other_than_one_number_are_refused(string kind)
    {
        Refused(kind, (logits, _) => logits, "returned a tensor of shape [");
        Refused(kind, (_, _) => null!, "returned null; expected one number");
        Refused(kind, (logits, _) => logits.sum().to(ScalarType.Int64), "type Int64");
    }

    [Fact]
    public void A_function_of_something_else_is_refused()
    {
        Refused("cpu", (_, _) => zeros(1), "does not depend on the logits");
        using var machine = (NeuralTuringMachine)Model("cpu");
        var task = new FunctionTask((logits, _) => logits.sum() + machine.parameters().First().square().sum());
        var error = Assert.Throws<InvalidOperationException>(() => new Trainer(machine, task, Options()).Train());
        Assert.Matches("uses the parameter .* itself; expected a function of the logits", error.Message);
        // Also if it begins to in the middle of the training.
        var calls = 0;
        var later = new FunctionTask((logits, _) => ++calls < 5 ? logits.sum() : logits.sum() + machine.parameters().First().square().sum());
        Assert.Throws<InvalidOperationException>(() => new Trainer(machine, later, Options()).Train());
        Assert.Equal(5, calls);
    }

    [Fact]
    public void A_loss_that_is_NaN_is_divergence()
    {
        using var machine = (NeuralTuringMachine)Model("cpu");
        var error = Assert.Throws<TrainingDivergedException>(() => new Trainer(machine, new FunctionTask((logits, _) => logits.sum() * double.NaN), Options()).Train());
        Assert.Contains("NaN", error.Message);
    }

    [Fact]
    public void An_exception_of_the_function_is_the_callers()
    {
        using var machine = (NeuralTuringMachine)Model("cpu");
        Assert.Equal("mine", Assert.Throws<FormatException>(() => new Trainer(machine, new FunctionTask((_, _) => throw new FormatException("mine")), Options()).Train()).Message);
    }

    [Fact]
    public void Groups_of_which_some_have_no_loss_are_refused()
    {
        using var machine = (NeuralTuringMachine)Model("cpu", 3, 6);
        var error = Assert.Throws<InvalidOperationException>(() => new Trainer(machine, new MixedTask(hasLosses: true, withoutLast: true), Options()).Train());
        Assert.Contains("The group 'number' of the task mixed has no Loss", error.Message);
    }

    [Fact]
    public void A_target_that_its_group_does_not_allow_is_refused_by_channel()
    {
        using var machine = (NeuralTuringMachine)Model("cpu", 3, 6);
        var error = Assert.Throws<InvalidOperationException>(() => new Trainer(machine, new MixedTask(bit: 5), Options()).Train());
        Assert.Contains("drew the target 5 in sequence 0", error.Message);
        Assert.Contains("channel 0; expected 0 to 1", error.Message);
    }

    private static void CancelAfter(long sequences, TrainingProgress progress, CancellationTokenSource stop)
    {
        if (progress.Point.Sequences >= sequences)
            stop.Cancel();
    }

    private static void Refused(string kind, LossFunction function, string message)
    {
        using var owned = (IDisposable)Model(kind);
        var error = Assert.Throws<InvalidOperationException>(() => new Trainer((ISequenceModel)owned, new FunctionTask(function), Options()).Train());
        Assert.Contains("LossFunction of the task function", error.Message);
        Assert.Contains(message, error.Message);
    }

    private static (float[] Values, SequenceScore Score) Train(string kind, SequenceTask task, bool asTensors)
    {
        using var owned = (IDisposable)Model(kind);
        var model = (ISequenceModel)owned;
        // Plain gradient descent: RMSprop would divide gradients of almost nothing by their size, and show rounding.
        new Trainer(model, task, Options(o => o.Optimizer = new Sgd { LearningRate = 1e-2 })) { UsesTensors = asTensors }.Train();
        return (Values(model), Evaluator.Evaluate(model, task, 100));
    }

    private static float[] Values(ISequenceModel model) => [.. model.named_parameters().SelectMany(p => p.parameter.data<float>().ToArray())];

    private static object Model(string kind, int inputs = 1, int outputs = 1) => kind switch
    {
        "lstm" => new LstmNetwork(new LstmOptions { InputSize = inputs, OutputSize = outputs, HiddenSize = 8, Layers = 1 }, seed: 1),
        "fast" => new FastModel(),
        _ => new NeuralTuringMachine(
            new NtmOptions { InputSize = inputs, OutputSize = outputs, ControllerSize = 10, MemoryLocations = 6, MemoryWidth = 4 }, seed: 1)
        {
            Engine = kind == "cpu" ? EngineKind.Cpu : EngineKind.Reference,
            Threads = 1,
        },
    };

    private static TrainingOptions Options(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions { Sequences = 120, BatchSize = 3, ReportInterval = 30, EvaluationInterval = 0, StopWhenSolved = false };
        options.Optimizer.LearningRate = 1e-3;
        change?.Invoke(options);
        return options;
    }

    /// <summary>The echo task, with a function as its loss.</summary>
    private sealed class FunctionTask(LossFunction function) : SequenceTask
    {
        public override string Name => "function";

        public override int InputSize => 1;

        public override int OutputSize => 1;

        public override LossFunction? LossFunction => function;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            var steps = random.NextInt(1, 4);
            sequence.Begin(steps);
            for (var t = 0; t < steps; t++)
            {
                random.NextBits(sequence.Input(t));
                sequence.CountedTarget(t)[0] = sequence.Input(t)[0];
            }
        }
    }

    /// <summary>Of three bits of input: the first, which of the others is set as a class, and a number.</summary>
    private sealed class MixedTask(bool hasLosses = true, bool withoutLast = false, float bit = 1) : SequenceTask
    {
        public override string Name => "mixed";

        public override int InputSize => 3;

        public override int OutputSize => 6;

        public override LossKind Loss => LossKind.SquaredError;

        public override IReadOnlyList<ChannelGroup> ChannelGroups =>
        [
            new ChannelGroup("bit", 0, 1) { Loss = hasLosses ? LossKind.BinaryCrossEntropy : null },
            new ChannelGroup("class", 1, 4) { Loss = hasLosses ? LossKind.SoftmaxCrossEntropy : null },
            new ChannelGroup("number", 5, 1) { Loss = hasLosses && !withoutLast ? LossKind.SquaredError : null },
        ];

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            var steps = random.NextInt(1, 3);
            sequence.Begin(steps);
            for (var t = 0; t < steps; t++)
            {
                var input = sequence.Input(t);
                random.NextBits(input);
                var target = sequence.CountedTarget(t);
                target[0] = bit * input[0];
                if (bit > 1)
                    target[0] = bit;
                target[1 + (int)input[1] + (2 * (int)input[2])] = 1;
                target[5] = (2 * input[0]) - input[2];
            }
        }
    }

    /// <summary>A machine that counts what autograd computes.</summary>
    private sealed class CountingMachine(NeuralTuringMachine machine) : IFusedSequenceModel, IDisposable
    {
        public int SlowCalls { get; private set; }

        public int InputSize => machine.InputSize;

        public int OutputSize => machine.OutputSize;

        public ISequencePass? CreatePass(LossKind loss) => machine.CreatePass(loss);

        public Tensor Logits(Tensor inputs)
        {
            SlowCalls++;
            return machine.Logits(inputs);
        }

        public IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> named_parameters(bool recurse = true) => machine.named_parameters(recurse);

        public void Dispose() => machine.Dispose();
    }
}
