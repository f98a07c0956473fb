using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>The input of a run: inputs, possibly a state, and the weights that make a loss of logits and final state.</summary>
public sealed record ParityData(Tensor Inputs, NtmState? State, Tensor LogitWeights, IReadOnlyList<Tensor>? FinalWeights)
{
    public static ParityData Of(ParityCase c, NeuralTuringMachine machine)
    {
        var random = new Generator((ulong)c.Seed + 1);
        Tensor Normal(params long[] shape) => randn(shape, generator: random);
        var o = c.Options;
        var inputs = (Normal(c.Steps, c.Batch, o.InputSize) > 0).to(ScalarType.Float32);
        NtmState? state = null;
        if (c.GivenState)
        {
            state = machine.InitialState(c.Batch).Detach();
            state = new NtmState(
                [.. state.Controller.Select(t => Normal(t.shape) * 0.5)], Normal(state.Memory.shape) * 0.3, Normal(state.Reads.shape) * 0.5,
                Normal(state.ReadWeightings.shape).softmax(-1), Normal(state.WriteWeightings.shape).softmax(-1));
        }

        var logitWeights = Normal(c.Steps, c.Batch, o.OutputSize);
        if (c.Masked)
            logitWeights = logitWeights * (Normal(c.Steps, c.Batch, 1) > 0).to(ScalarType.Float32);
        using var like = machine.InitialState(c.Batch);
        Tensor[]? final = c.FinalStateInLoss ? [.. like.Tensors().Select(t => Normal(t.shape) * 0.3)] : null;
        return new ParityData(inputs, state, logitWeights, final);
    }
}
