using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// A node of autograd's graph, by the native functions that TorchSharp's own nodes are made of. One of those costs a single step as much as all of its
/// equations: arrays that wait for a finalizer, a second handle for each output and an empty tensor of its size. Nothing may throw in a callback.
/// </summary>
internal sealed unsafe partial class GraphNode
{
    /// <summary>The most callbacks that are kept for later nodes.</summary>
    private const int MostIdle = 4096;

    private static readonly Stack<GraphNode> Idle = [];

    [ThreadStatic] private static nint[]? _results;

    private readonly Lock _lock = new();
    private readonly ApplyFunction _apply;
    private readonly DeleteFunction _delete;
    private readonly nint _applyAddress;
    private readonly nint _deleteAddress;
    private IGraphCall? _call;
    private nint[] _returned = GC.AllocateArray<nint>(16, pinned: true);
    private GCHandle _alive;

    private GraphNode()
    {
        (_apply, _delete) = (Apply, Delete);
        (_applyAddress, _deleteAddress) = (Marshal.GetFunctionPointerForDelegate(_apply), Marshal.GetFunctionPointerForDelegate(_delete));
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate Handles ApplyFunction(nint* gradients, int count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DeleteFunction();

    /// <summary>Makes outputs depend on arguments by a call.</summary>
    /// <param name="call">Computes the backward pass.</param>
    /// <param name="arguments">The tensors that the outputs depend on; one or more need a gradient.</param>
    /// <param name="outputs">Tensors without a graph, which become part of it.</param>
    public static void Attach(IGraphCall call, ReadOnlySpan<Tensor> arguments, ReadOnlySpan<Tensor> outputs)
    {
        var callbacks = Rent(call);
        var node = Create(callbacks._applyAddress, callbacks._deleteAddress);
        if (node.Weak == 0)
            callbacks.Delete();
        CheckForErrors();
        try
        {
            var given = stackalloc nint[arguments.Length];
            for (var i = 0; i < arguments.Length; i++)
                given[i] = arguments[i].Handle;
            var made = stackalloc nint[outputs.Length];
            for (var i = 0; i < outputs.Length; i++)
                made[i] = outputs[i].Handle;
            SetNextEdges(node, new Handles(given, arguments.Length), 1);
            CheckForErrors();
            ClearInputMetadata(node);
            CheckForErrors();
            Wrap(new Handles(given, arguments.Length), default, default, new Handles(made, outputs.Length), node, &Allocate);
            CheckForErrors();
            // Other handles of the same tensors.
            for (var i = 0; i < outputs.Length; i++)
                DisposeTensor(_results![i]);
            call.Enter(node);
        }
        finally
        {
            // From here on the outputs keep the node alive.
            DisposeShared(node);
        }
    }

    private static GraphNode Rent(IGraphCall call)
    {
        GraphNode? node;
        lock (Idle)
            Idle.TryPop(out node);
        node ??= new GraphNode();
        node._call = call;
        node._alive = GCHandle.Alloc(node);
        return node;
    }

    private Handles Apply(nint* gradients, int count)
    {
        lock (_lock)
        {
            var found = _call!.Backward(new ReadOnlySpan<nint>(gradients, count));
            if (_returned.Length < found.Count)
                _returned = GC.AllocateArray<nint>(found.Count, pinned: true);
            for (var i = 0; i < found.Count; i++)
                _returned[i] = found[i]?.Handle ?? 0;
            return new Handles((nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_returned)), found.Count);
        }
    }

    private void Delete()
    {
        var call = _call;
        _call = null;
        call?.Release();
        _alive.Free();
        lock (Idle)
            if (Idle.Count < MostIdle)
                Idle.Push(this);
    }

    /// <summary>Gives the native function room for its results.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint* Allocate(nuint length)
    {
        if (_results is null || (nuint)_results.Length < length)
            _results = GC.AllocateArray<nint>(Math.Max(16, (int)length), pinned: true);
        return (nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_results));
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_ctor")]
    private static partial NodeHandle Create(nint apply, nint delete);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_disposeSharedPtr")]
    private static partial void DisposeShared(NodeHandle node);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_setNextEdges")]
    private static partial void SetNextEdges(NodeHandle node, Handles arguments, byte isExecutable);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_CSharpNode_clearInputMetadata")]
    private static partial void ClearInputMetadata(NodeHandle node);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSAutograd_Function_wrapOutputs")]
    private static partial void Wrap(
        Handles arguments, Handles notDifferentiable, Handles dirty, Handles outputs, NodeHandle node, delegate* unmanaged[Cdecl]<nuint, nint*> allocate);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_dispose")]
    private static partial void DisposeTensor(nint tensor);

    /// <summary>An array of native tensors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Handles(nint* start, long count)
    {
        private readonly nint* _start = start;
        private readonly long _count = count;
    }
}
