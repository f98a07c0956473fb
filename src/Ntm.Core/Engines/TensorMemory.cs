using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Accesses the memory of tensors. No other type does.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Returns the address of the first element of a contiguous float32 tensor, on any device. It is valid as long as the tensor is.</summary>
    public static float* Start(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU)
            return OnDevice(tensor);
        if (tensor.numel() <= int.MaxValue / sizeof(float))
            return First(tensor);
        // A span counts in 32 bits: request the first element only.
        using var flat = tensor.detach().view(-1);
        using var first = flat.narrow(0, 0, 1);
        return First(first);
    }

    /// <summary>Tells whether <see cref="Start"/> supports a tensor and the CPU can read at the address.</summary>
    public static bool IsPlain(Tensor tensor) => IsPlain(tensor, DeviceType.CPU);

    /// <summary>Tells whether <see cref="Start"/> supports a tensor and a device of a type can read at the address.</summary>
    public static bool IsPlain(Tensor tensor, DeviceType device) =>
        tensor.dtype == ScalarType.Float32 && tensor.device_type == device && tensor.is_contiguous();

    /// <summary>Returns the address by way of the storage, which does not include a view's offset.</summary>
    internal static float* OnDevice(Tensor tensor) => (float*)tensor.storage<float>().data_ptr() + tensor.storage_offset();

    private static float* First(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
