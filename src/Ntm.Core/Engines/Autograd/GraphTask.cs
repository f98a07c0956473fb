namespace Ntm.Core.Engines;

/// <summary>
/// Information of libtorch about the current backward pass. TorchSharp does not expose it. Both functions take no argument, return a number, and
/// are exported by libtorch under their C++ names. If they are not found, the information is missing.
/// </summary>
internal static unsafe class GraphTask
{
    private static readonly delegate* unmanaged<byte> KeepGraph = (delegate* unmanaged<byte>)LibtorchFunction.Find(
        "_ZN5torch8autograd33get_current_graph_task_keep_graphEv", "?get_current_graph_task_keep_graph@autograd@torch@@YA_NXZ");

    private static readonly delegate* unmanaged<int> CurrentId = (delegate* unmanaged<int>)LibtorchFunction.Find(
        "_ZN5torch8autograd25get_current_graph_task_idEv", "?get_current_graph_task_id@autograd@torch@@YAHXZ");

    /// <summary>Tells whether the graph may be used again (<c>retain_graph</c>); true if unknown.</summary>
    public static bool RetainsGraph => KeepGraph is null || KeepGraph() != 0;

    /// <summary>The number of the backward pass; <see langword="null"/> if unknown.</summary>
    public static int? Id => CurrentId is null ? null : CurrentId();

    /// <summary>Tells whether libtorch provides both.</summary>
    public static bool IsKnown => KeepGraph is not null && CurrentId is not null;
}
