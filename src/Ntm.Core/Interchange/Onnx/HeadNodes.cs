namespace Ntm.Core.Interchange.Onnx;

/// <summary>A bank of built-in heads.</summary>
/// <param name="name">The name of the bank, which begins the names of its weights.</param>
/// <param name="heads">The number of heads, <c>h</c>.</param>
/// <param name="options">The model's options.</param>
/// <param name="addressing">The addressing.</param>
/// <param name="weights">The weights of the model.</param>
internal sealed class HeadNodes(string name, int heads, NtmOptions options, AddressingNodes addressing, OnnxWeights weights)
{
    /// <summary>Returns the weightings as a part of the state.</summary>
    public ScanState Weightings(OnnxGraph graph, string batch)
    {
        var bias = $"{name}.initial_weightings.bias";
        var value = weights.Has(bias) ? graph.Softmax(weights[bias]) : weights[$"{name}.initial_weightings.value"];
        return new ScanState($"{name}.weightings", ScanLoop.Expand(graph, value, batch, heads, options.MemoryLocations), [heads, options.MemoryLocations]);
    }

    /// <summary>Returns the read vectors as a part of the state, as one vector of all heads.</summary>
    public ScanState Reads(OnnxGraph graph, string batch)
    {
        var bias = $"{name}.initial_reads.bias";
        var value = weights.Has(bias) ? graph.Tanh(weights[bias]) : weights[$"{name}.initial_reads.value"];
        var reads = ScanLoop.Expand(graph, value, batch, heads, options.MemoryWidth);
        return new ScanState($"{name}.reads", graph.Reshape(reads, 0, heads * options.MemoryWidth), [heads * options.MemoryWidth]);
    }

    /// <summary>Reads, by equation (2).</summary>
    /// <param name="graph">The body.</param>
    /// <param name="controllerOutput">The controller's output.</param>
    /// <param name="previous">The weightings of the previous step.</param>
    /// <param name="memory">The memory.</param>
    /// <returns>The weightings <c>[B, h, N]</c>, and the read vectors as one vector of all heads.</returns>
    public (string Weightings, string Reads) Read(OnnxGraph graph, string controllerOutput, string previous, MemoryNodes memory)
    {
        var parameters = Parameters(graph, controllerOutput, []);
        var weightings = addressing.Step(graph, parameters, previous, memory);
        return (weightings, graph.Reshape(graph.MatrixProduct(weightings, memory.Value), 0, heads * options.MemoryWidth));
    }

    /// <summary>Writes, by equations (3) and (4): all heads erase before any of them adds.</summary>
    /// <param name="graph">The body.</param>
    /// <param name="controllerOutput">The controller's output.</param>
    /// <param name="previous">The weightings of the previous step.</param>
    /// <param name="memory">The memory.</param>
    /// <returns>The weightings <c>[B, h, N]</c>, and the new memory.</returns>
    public (string Weightings, string Memory) Write(OnnxGraph graph, string controllerOutput, string previous, MemoryNodes memory)
    {
        var parameters = Parameters(graph, controllerOutput, [options.MemoryWidth, options.MemoryWidth]);
        var weightings = addressing.Step(graph, parameters, previous, memory);
        var columns = graph.Transpose(weightings);
        long[] each = [.. Enumerable.Repeat(1L, heads)];
        var erases = graph.Split(graph.Sigmoid(parameters[^2]), 1, each);
        var kept = memory.Value;
        foreach (var (column, erase) in graph.Split(columns, 2, each).Zip(erases))
            kept = graph.Multiply(kept, graph.Subtract(graph.Constant("one", 1), graph.Multiply(column, erase)));
        return (weightings, graph.Add(kept, graph.MatrixProduct(columns, graph.Tanh(parameters[^1]))));
    }

    /// <summary>Computes the clipped outputs of the bank's layer: the parameters of the addressing, then vectors, each <c>[B, h, ...]</c>.</summary>
    private string[] Parameters(OnnxGraph graph, string controllerOutput, long[] vectors)
    {
        graph.Part = $"{name}/";
        long[] sizes = [.. addressing.Sizes, .. vectors];
        var outputs = graph.Clip(graph.Linear(controllerOutput, weights[$"{name}.layer.weight"], weights[$"{name}.layer.bias"]), options.Clip);
        return graph.Split(graph.Reshape(outputs, 0, heads, sizes.Sum()), 2, sizes);
    }
}
