using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Baseline;

/// <summary>Small networks: sizes that all differ, so that a mixed-up dimension cannot go unnoticed.</summary>
internal static class LstmNetworks
{
    /// <summary>I = 3, O = 2, H = 5, L = 3.</summary>
    public static LstmOptions Options(int layers = 3) => new() { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = layers };

    /// <summary>A network whose biases and initial states are not the zeros and ones that could hide a mistake.</summary>
    public static LstmNetwork Create(int layers = 3, ScalarType? dtype = null)
    {
        using var scope = NewDisposeScope();
        var network = new LstmNetwork(Options(layers), seed: 1);
        network.to(dtype ?? float64);
        using var noGrad = no_grad();
        var seed = 100;
        foreach (var (_, parameter) in network.named_parameters())
            parameter.add_(Numbers.Uniform(seed++, parameter.shape, 0.3).to(parameter.dtype));
        return network;
    }

    /// <summary>Inputs <c>[T, B, I]</c> in -1..1.</summary>
    public static Tensor Inputs(LstmNetwork network, int seed, long steps, long batch, ScalarType? dtype = null)
    {
        using var scope = NewDisposeScope();
        return Numbers.Uniform(seed, [steps, batch, network.InputSize]).to(dtype ?? float64).MoveToOuterDisposeScope();
    }

    /// <summary>A state with arbitrary contents.</summary>
    public static LstmState State(LstmNetwork network, int seed, long batch, ScalarType? dtype = null)
    {
        var options = network.Options;
        long[] shape = [options.Layers, batch, options.HiddenSize];
        return new LstmState(Numbers.Uniform(seed, shape).to(dtype ?? float64), Numbers.Uniform(seed + 1, shape).to(dtype ?? float64));
    }
}
