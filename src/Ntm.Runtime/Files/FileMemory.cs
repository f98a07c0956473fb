using System.Buffers;

namespace Ntm.Core.Serialization;

/// <summary>The tensors of a file at fixed addresses, until this object is disposed.</summary>
internal sealed unsafe class FileMemory : IDisposable
{
    private readonly Dictionary<string, MemoryHandle> _handles = new(StringComparer.Ordinal);

    /// <param name="tensors">The tensors, of element type F32.</param>
    public FileMemory(IEnumerable<SafeTensor> tensors)
    {
        foreach (var tensor in tensors)
            _handles.Add(tensor.Name, tensor.Data.Pin());
    }

    /// <summary>Returns the address of a tensor; <see langword="null"/> if there is none with this name.</summary>
    public float* Start(string name) => _handles.TryGetValue(name, out var handle) ? (float*)handle.Pointer : null;

    public void Dispose()
    {
        foreach (var handle in _handles.Values)
            handle.Dispose();
        _handles.Clear();
    }
}
