namespace Ntm.Core.Interchange.Onnx;

/// <summary>A memory in a step, with what every bank of heads that addresses it needs.</summary>
internal sealed class MemoryNodes
{
    /// <summary>Adds what addressing needs.</summary>
    /// <param name="graph">The body.</param>
    /// <param name="memory">The memory, <c>[B, N, M]</c>.</param>
    public MemoryNodes(OnnxGraph graph, string memory)
    {
        Value = memory;
        Columns = graph.Transpose(memory);
        Norms = graph.Unsqueeze(graph.Norm(memory, keepsDimension: false), 1);
    }

    /// <summary>The memory, <c>[B, N, M]</c>.</summary>
    public string Value { get; }

    /// <summary>Its transpose, <c>[B, M, N]</c>.</summary>
    public string Columns { get; }

    /// <summary>The norms of its locations, <c>[B, 1, N]</c>.</summary>
    public string Norms { get; }
}
