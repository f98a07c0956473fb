using System.Text.Json.Serialization;

namespace Ntm.Core;

/// <summary>What computes a sequence. All give the same results within rounding.</summary>
public enum EngineKind
{
    /// <summary>The fastest engine that supports the model.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Loops over the cell, every operation by torch: any parts, element type and device.</summary>
    [JsonStringEnumMemberName("reference")]
    Reference,

    /// <summary>
    /// A whole sequence, forward and backward, in one call: float32 on the CPU, built-in parts. Its gradients cannot be differentiated
    /// again.
    /// </summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu,

    /// <summary>
    /// The same on a GPU: float32 on a CUDA device of compute capability 7.0 or more, built-in parts. It needs NVIDIA's driver and the
    /// NVRTC library, which comes with libtorch for CUDA.
    /// </summary>
    [JsonStringEnumMemberName("cuda")]
    Cuda,
}
