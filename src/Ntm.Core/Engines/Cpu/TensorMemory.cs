using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines.Cpu;

/// <summary>The one place that looks into tensors' memory.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The first element of a contiguous float32 tensor on the CPU. Valid as long as the tensor is.</summary>
    public static float* Start(Tensor tensor)
    {
        if (tensor.numel() <= int.MaxValue / sizeof(float))
            return First(tensor);
        // A span counts in 32 bits: ask the first element alone.
        using var flat = tensor.detach().view(-1);
        using var first = flat.narrow(0, 0, 1);
        return First(first);
    }

    /// <summary>Whether <see cref="Start"/> may be asked.</summary>
    public static bool IsPlain(Tensor tensor) =>
        tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    private static float* First(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
