using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>A model over sequences that a trainer can train.</summary>
public interface ISequenceModel
{
    /// <summary>Width of an input vector, <c>I</c>.</summary>
    int InputSize { get; }

    /// <summary>Width of an output vector, <c>O</c>.</summary>
    int OutputSize { get; }

    /// <summary>Computes sequences from the initial state.</summary>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <returns>The logits, <c>[T, B, O]</c>.</returns>
    Tensor Logits(Tensor inputs);

    /// <summary>Returns the trained parameters, by name.</summary>
    /// <param name="recurse">Whether to include those of submodules.</param>
    IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true);

    /// <summary>Returns the tensors that the model keeps besides its parameters, by name. Checkpoints store them as well. torch modules already have this
    /// method.</summary>
    /// <param name="recurse">Whether to include those of submodules.</param>
    /// <param name="include_nonpersistent">Whether to include the buffers that a state dict leaves out.</param>
    /// <returns>The buffers; empty if there are none. The default implementation returns <see langword="null"/>, which means "unknown": such a model can be
    /// trained, but not with checkpoints, because a resumed training would silently start without its buffers.</returns>
    IEnumerable<(string name, Tensor buffer)>? named_buffers(bool recurse = true, bool include_nonpersistent = true) => null;

    /// <summary>Returns the modules that the model computes with. A trainer puts them into eval mode for evaluations. torch modules already have this method;
    /// a model that is a module is put into that mode itself.</summary>
    /// <returns>The modules; the default implementation returns none.</returns>
    IEnumerable<nn.Module> modules() => [];
}
