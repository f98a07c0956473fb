using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// The number of in-place changes of a tensor, which autograd counts and TorchSharp does not expose. Views of a tensor, detached ones too, count together.
/// </summary>
internal static unsafe partial class TensorVersion
{
    private static readonly delegate* unmanaged<nint, long> Version = (delegate* unmanaged<nint, long>)LibtorchFunction.Find(
        "_ZNK2at10TensorBase8_versionEv", "?_version@TensorBase@at@@QEBA_JXZ");

    private static readonly delegate* unmanaged<nint, byte> Inference = (delegate* unmanaged<nint, byte>)LibtorchFunction.Find(
        "_ZN2at4_ops12is_inference4callERKNS_6TensorE", "?call@is_inference@_ops@at@@SA_NAEBVTensor@3@@Z");

    /// <summary>Tells whether libtorch provides both functions.</summary>
    public static bool IsKnown => Version is not null && Inference is not null;

    /// <summary>Tells whether a tensor has a version: one that was created in inference mode has none.</summary>
    public static bool Has(Tensor tensor) => Inference(tensor.Handle) == 0;

    /// <summary>Returns the version of a tensor that has one.</summary>
    public static long Of(Tensor tensor) => Version(tensor.Handle);

    /// <summary>Returns the address of the first element of a tensor on the CPU.</summary>
    public static float* Start(Tensor tensor) => (float*)Data(tensor.Handle);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Data(nint tensor);
}
