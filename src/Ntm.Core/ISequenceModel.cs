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

    /// <summary>What the model remembers besides its parameters, by name: checkpoints hold it, too. A module of torch has this method already.</summary>
    /// <param name="recurse">Whether to include those of submodules.</param>
    /// <param name="include_nonpersistent">Whether to include those that a state dict leaves out.</param>
    /// <returns>The buffers, empty if there are none; <see langword="null"/>, unless a model says otherwise, if that is not known. A model
    /// that does not know them can be trained, but not with checkpoints, for a resumed training would silently begin without them.</returns>
    IEnumerable<(string name, Tensor buffer)>? named_buffers(bool recurse = true, bool include_nonpersistent = true) => null;

    /// <summary>The modules that the model computes with: a trainer puts them into eval mode for evaluations. A module of torch has this method
    /// already, and is itself put into that mode.</summary>
    /// <returns>The modules; unless a model says otherwise, none.</returns>
    IEnumerable<nn.Module> modules() => [];
}
