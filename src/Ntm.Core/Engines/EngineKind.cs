using System.Text.Json.Serialization;

namespace Ntm.Core;

/// <summary>The engine that computes a sequence. All engines give the same results within rounding.</summary>
public enum EngineKind
{
    /// <summary>The fastest engine that supports the model.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>A loop over the cell in torch operations: any parts, element type and device.</summary>
    [JsonStringEnumMemberName("reference")]
    Reference,

    /// <summary>
    /// Computes a whole sequence, forward and backward, in one call: float32 on the CPU, built-in parts. Its gradients cannot be differentiated
    /// again.
    /// </summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu,

    /// <summary>
    /// Does the same on a GPU: float32 on a CUDA device of compute capability 7.0 or higher, built-in parts. It requires NVIDIA's driver and the
    /// NVRTC library, which comes with libtorch for CUDA.
    /// </summary>
    [JsonStringEnumMemberName("cuda")]
    Cuda,
}
