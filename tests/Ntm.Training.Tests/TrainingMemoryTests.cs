using Ntm.Core;
using Ntm.Tasks;
using Ntm.Tests.Shared;
using TorchSharp;

namespace Ntm.Training.Tests;

/// <summary>Trainings and evaluations with inputs large enough to tell: a copy of each batch's inputs that were kept would be 64 KiB.</summary>
public sealed class TrainingMemoryTests : IDisposable
{
    private readonly int _threads = torch.get_num_threads();

    public TrainingMemoryTests() => torch.set_num_threads(1);

    public void Dispose() => torch.set_num_threads(_threads);

    [Theory]
    [InlineData(EngineKind.Cpu, false)]
    [InlineData(EngineKind.Cpu, true)]
    [InlineData(EngineKind.Reference, false)]
    public void Updates_of_both_steps(EngineKind engine, bool asTensors)
    {
        using var machine = Machine(engine);
        var task = new WideTask();
        var options = new TrainingOptions { BatchSize = 4, Sequences = 20, ReportInterval = 20, StopWhenSolved = false };
        FlatMemory.Measure(400, () => new Trainer(machine, task, options) { UsesTensors = asTensors }.Train());
    }

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Reference)]
    public void Evaluations(EngineKind engine)
    {
        using var machine = Machine(engine);
        var task = new WideTask();
        FlatMemory.Measure(400, () => Evaluator.Evaluate(machine, task, sequences: 20, batchSize: 4));
    }

    private static NeuralTuringMachine Machine(EngineKind engine) => new(
        new NtmOptions { InputSize = 2048, OutputSize = 1, ControllerSize = 4, MemoryLocations = 8, MemoryWidth = 4 }, seed: 1)
    {
        Engine = engine,
        Threads = 1,
    };

    private sealed class WideTask : SequenceTask
    {
        public override string Name => "wide";

        public override int InputSize => 2048;

        public override int OutputSize => 1;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            sequence.Begin(2);
            random.NextBits(sequence.Input(0));
            random.NextBits(sequence.CountedTarget(1));
        }
    }
}
