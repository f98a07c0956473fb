using System.Runtime.InteropServices;

namespace Ntm.Core.Engines;

/// <summary>
/// What libtorch knows of the backward pass that is running. TorchSharp does not pass it on; both functions take nothing and return a number, and
/// are exported by libtorch under their C++ names. Where they are not found, nothing is known.
/// </summary>
internal static unsafe class GraphTask
{
    private static readonly delegate* unmanaged<byte> KeepGraph = (delegate* unmanaged<byte>)Find(
        "_ZN5torch8autograd33get_current_graph_task_keep_graphEv", "?get_current_graph_task_keep_graph@autograd@torch@@YA_NXZ");

    private static readonly delegate* unmanaged<int> CurrentId = (delegate* unmanaged<int>)Find(
        "_ZN5torch8autograd25get_current_graph_task_idEv", "?get_current_graph_task_id@autograd@torch@@YAHXZ");

    /// <summary>Whether the graph may be gone through again: <c>retain_graph</c>; true where it is not known.</summary>
    public static bool RetainsGraph => KeepGraph is null || KeepGraph() != 0;

    /// <summary>The number of the backward pass; <see langword="null"/> where it is not known.</summary>
    public static int? Id => CurrentId is null ? null : CurrentId();

    /// <summary>Whether libtorch has told of both.</summary>
    public static bool IsKnown => KeepGraph is not null && CurrentId is not null;

    private static nint Find(string name, string windowsName)
    {
        // The library is loaded already, by its own name, from wherever TorchSharp found it.
        foreach (var library in (string[])["torch_cpu", "libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll"])
        {
            if (NativeLibrary.TryLoad(library, typeof(GraphTask).Assembly, null, out var handle)
                && NativeLibrary.TryGetExport(handle, OperatingSystem.IsWindows() ? windowsName : name, out var address))
                return address;
        }

        return 0;
    }
}
