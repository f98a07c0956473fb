using System.Runtime.InteropServices;
using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>The numbers of a tensor of a state, in an array that does not move, to be filled by the engine and then written to a file.</summary>
internal sealed unsafe class StateTensorData
{
    private readonly byte[] _bytes;
    private readonly long[] _shape;
    private readonly string _name;

    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="shape">Its sizes, the batch included.</param>
    /// <exception cref="InvalidOperationException">The tensor is too large for a file.</exception>
    public StateTensorData(string name, params long[] shape)
    {
        (_name, _shape) = (name, shape);
        var bytes = shape.Aggregate((Int128)sizeof(float), (product, size) => product * size);
        if (bytes > Array.MaxLength)
            throw new InvalidOperationException($"The state's tensor {name} has {bytes} bytes; expected at most {Array.MaxLength} in a file.");
        _bytes = GC.AllocateUninitializedArray<byte>((int)bytes, pinned: true);
    }

    /// <summary>The address of the numbers, valid as long as this object is.</summary>
    public float* Start => (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));

    /// <summary>Returns the tensor for a file; the numbers are not copied.</summary>
    public SafeTensor ToTensor() => new(_name, SafeTensorsDType.F32, _shape, _bytes);
}
