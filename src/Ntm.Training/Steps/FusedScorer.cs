using System.Numerics.Tensors;
using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Steps;

/// <summary>Cost and errors by the CPU or CUDA engine, which leaves out padding.</summary>
internal sealed class FusedScorer(NeuralTuringMachine machine) : BatchScorer
{
    private readonly SequenceTrainingPass _pass = new(machine, machine.Threads);

    public static bool Supports(ISequenceModel model) => model is NeuralTuringMachine { EngineChoice.Engine: EngineKind.Cpu or EngineKind.Cuda };

    public override SequenceScore Score(BatchBuffer batch, Span<float> logits) => Score(
        batch, _pass.Evaluate(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize, logits));

    public override void Dispose() => _pass.Dispose();

    /// <summary>The engine's figures with those that the batch itself gives.</summary>
    public static SequenceScore Score(BatchBuffer batch, SequenceCost cost) => new(
        cost.Sequences, cost.Nats, cost.WrongBits, cost.Flawless, (double)TensorPrimitives.Sum(batch.Mask) * batch.Task.OutputSize);
}
