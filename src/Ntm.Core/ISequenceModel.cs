using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>What a trainer needs of a model over sequences.</summary>
public interface ISequenceModel
{
    /// <summary>Width of an input vector, <c>I</c>.</summary>
    int InputSize { get; }

    /// <summary>Width of an output vector, <c>O</c>.</summary>
    int OutputSize { get; }

    /// <summary>Computes sequences from their start.</summary>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <returns>The logits, <c>[T, B, O]</c>.</returns>
    Tensor Logits(Tensor inputs);

    /// <summary>The trained parameters, by name.</summary>
    /// <param name="recurse">Whether to include those of submodules.</param>
    IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true);
}
