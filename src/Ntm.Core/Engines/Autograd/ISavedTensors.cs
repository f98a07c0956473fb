using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The tensors that a node of the graph has saved for its backward pass.</summary>
internal interface ISavedTensors
{
    /// <summary>Whether the node is gone.</summary>
    bool IsOver { get; }

    /// <summary>Returns the tensors.</summary>
    /// <exception cref="ExternalException">One of them has been changed in place.</exception>
    List<Tensor> Unpack();
}
