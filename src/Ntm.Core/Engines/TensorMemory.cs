using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The one place that looks into tensors' memory.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The first element of a contiguous float32 tensor, on whatever device it is. Valid as long as the tensor is.</summary>
    public static float* Start(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU)
            return OnDevice(tensor);
        if (tensor.numel() <= int.MaxValue / sizeof(float))
            return First(tensor);
        // A span counts in 32 bits: ask the first element alone.
        using var flat = tensor.detach().view(-1);
        using var first = flat.narrow(0, 0, 1);
        return First(first);
    }

    /// <summary>Whether <see cref="Start"/> may be asked, and its answer read by the CPU.</summary>
    public static bool IsPlain(Tensor tensor) => IsPlain(tensor, DeviceType.CPU);

    /// <summary>Whether <see cref="Start"/> may be asked, and its answer read by a device of a type.</summary>
    public static bool IsPlain(Tensor tensor, DeviceType device) =>
        tensor.dtype == ScalarType.Float32 && tensor.device_type == device && tensor.is_contiguous();

    /// <summary>The first element by way of the storage, which knows nothing of a view's offset.</summary>
    internal static float* OnDevice(Tensor tensor) => (float*)tensor.storage<float>().data_ptr() + tensor.storage_offset();

    private static float* First(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
