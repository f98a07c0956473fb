using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using TorchSharp;

namespace Ntm.Training.Tests;

/// <summary>2,000 iterations leave no tensor behind, without waiting for a finalizer: after the first 200 there are never more than at that point.</summary>
public sealed class LiveTensorTests : IDisposable
{
    private const int Iterations = 2_000;
    private const int Interval = 200;

    // Models of a few numbers: torch's threads would only wait for each other.
    private readonly int _threads = torch.get_num_threads();

    public LiveTensorTests() => torch.set_num_threads(1);

    public void Dispose() => torch.set_num_threads(_threads);

    public enum Kind
    {
        Fused,
        Reference,
        Lstm,
        Module,
    }

    public static TheoryData<Kind> Kinds => [.. Enum.GetValues<Kind>()];

    /// <summary>Both steps with arrays and with tensors: with tensors a step is the same for every model.</summary>
    public static TheoryData<Kind, bool> Steps => new()
    {
        { Kind.Fused, false },
        { Kind.Fused, true },
        { Kind.Reference, false },
        { Kind.Lstm, false },
        { Kind.Module, true },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_training_keeps_as_many_tensors_as_it_has_at_first(Kind kind, bool asTensors)
    {
        using var model = (IDisposable)Model(kind);
        // The gradients that the last backward pass on a thread returned stay until the next one returns its own.
        Train(Interval, _ => { });
        var before = Live();
        var live = new List<long>();
        Train(Iterations, _ => live.Add(Live()));
        Assert.Equal(Iterations / Interval, live.Count);
        Assert.All(live, count => Assert.Equal(live[0], count));
        // The parameters' gradients stay, which belong to the model; handles of them do not.
        Assert.Equal(before, Live());

        void Train(int iterations, Action<TrainingProgress> onReport) => new Trainer((ISequenceModel)model, new EchoTask(), new TrainingOptions
        {
            BatchSize = 1,
            Sequences = iterations,
            ReportInterval = Interval,
            EvaluationInterval = Interval,
            EvaluationSequences = 3,
            StopWhenSolved = false,
            Optimizer = { LearningRate = 1e-5 },
        })
        { UsesTensors = asTensors }.Train(new Reports(onReport));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_evaluation_keeps_as_many_tensors_as_it_has_at_first(Kind kind)
    {
        using var model = (IDisposable)Model(kind);
        var before = Live();
        var task = new CountingTask();
        Evaluator.Evaluate((ISequenceModel)model, task, sequences: Iterations, batchSize: 1);
        Assert.Equal(Iterations / Interval, task.Live.Count);
        Assert.All(task.Live, count => Assert.Equal(task.Live[0], count));
        Assert.Equal(before, Live());
    }

    private static ISequenceModel Model(Kind kind) => kind switch
    {
        Kind.Lstm => new LstmNetwork(new LstmOptions { InputSize = 1, OutputSize = 1, HiddenSize = 4, Layers = 2 }, seed: 1),
        Kind.Module => new DropoutModel(),
        _ => new NeuralTuringMachine(
            new NtmOptions { InputSize = 1, OutputSize = 1, ControllerSize = 6, MemoryLocations = 5, MemoryWidth = 3 }, seed: 1)
        {
            Engine = kind == Kind.Fused ? EngineKind.Cpu : EngineKind.Reference,
        },
    };

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <summary>Counts the live tensors in each call for the optimum of a batch.</summary>
    private sealed class CountingTask : SequenceTask
    {
        private int _batches;

        public List<long> Live { get; } = [];

        public override string Name => "counting";

        public override int InputSize => 1;

        public override int OutputSize => 1;

        public override double OptimalCostSum(BatchBuffer batch)
        {
            if (++_batches % Interval == 0)
                Live.Add(LiveTensorTests.Live());
            return 0;
        }

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            sequence.Begin(1 + random.NextInt(0, 2));
            random.NextBits(sequence.CountedTarget(0));
        }
    }
}
