using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The tensors that a <see cref="GraphNode"/> has saved.</summary>
internal sealed partial class NodeTensors : ISavedTensors
{
    private readonly NodeHandle _node;
    private readonly nint[] _saved;
    private volatile bool _isOver;

    /// <param name="node">The node.</param>
    /// <param name="tensors">The tensors to save.</param>
    public NodeTensors(NodeHandle node, List<Tensor> tensors)
    {
        (_node, _saved) = (node, new nint[tensors.Count]);
        for (var i = 0; i < _saved.Length; i++)
            _saved[i] = Save(tensors[i].Handle, node, 0);
        CheckForErrors();
    }

    public bool IsOver => _isOver;

    public List<Tensor> Unpack()
    {
        var tensors = new List<Tensor>(_saved.Length);
        foreach (var saved in _saved)
        {
            var tensor = Unpack(saved, _node);
            CheckForErrors();
            tensors.Add(Tensor.UnsafeCreateTensor(tensor));
        }

        return tensors;
    }

    /// <summary>Lets the tensors go.</summary>
    public void Release()
    {
        if (_isOver)
            return;
        _isOver = true;
        foreach (var saved in _saved)
            Dispose(saved);
        DisposeWeak(_node);
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_SavedVariable_ctor")]
    private static partial nint Save(nint tensor, NodeHandle node, byte isInPlaceOnView);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_SavedVariable_unpack")]
    private static partial nint Unpack(nint saved, NodeHandle node);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_SavedVariable_dispose")]
    private static partial void Dispose(nint saved);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_disposeWeakPtr")]
    private static partial void DisposeWeak(NodeHandle node);
}
