namespace Ntm.Core.Interchange.Onnx;

/// <summary>The built-in controllers.</summary>
/// <param name="controller">The controller.</param>
/// <param name="size">Units per layer.</param>
/// <param name="weights">The weights of the model.</param>
internal sealed class ControllerNodes(IEngineController controller, int size, OnnxWeights weights)
{
    /// <summary>Returns the state, layer after layer.</summary>
    public IEnumerable<ScanState> States(OnnxGraph graph, string batch)
    {
        string[] parts = controller.Kind switch
        {
            ControllerKind.Lstm => ["h", "c"],
            ControllerKind.Gru => ["h"],
            _ => [],
        };
        foreach (var l in Enumerable.Range(0, controller.LayerCount))
        {
            foreach (var part in parts)
                yield return new ScanState($"{Layer(l)}.{part}", ScanLoop.Expand(graph, weights[$"{Layer(l)}.initial_{part}"], batch, size), [size]);
        }
    }

    /// <summary>Adds a step.</summary>
    /// <param name="graph">The body.</param>
    /// <param name="x">The controller's input.</param>
    /// <param name="before">The state.</param>
    /// <returns>The output of the highest layer, and the new state.</returns>
    public (string Output, string[] State) Step(OnnxGraph graph, string x, string[] before)
    {
        var after = new List<string>();
        for (var l = 0; l < controller.LayerCount; l++)
        {
            graph.Part = $"{Layer(l)}/";
            switch (controller.Kind)
            {
                case ControllerKind.Lstm:
                    (x, var c) = LayerNodes.Lstm(graph, weights, Layer(l), x, before[2 * l], before[2 * l + 1]);
                    after.AddRange([x, c]);
                    break;
                case ControllerKind.Gru:
                    x = LayerNodes.Gru(graph, weights, Layer(l), x, before[l]);
                    after.Add(x);
                    break;
                case ControllerKind.Feedforward:
                    x = LayerNodes.Feedforward(graph, weights, Layer(l), x);
                    break;
                default:
                    throw new NotSupportedException($"The controller is {controller.Kind}; expected one of Lstm, Gru and Feedforward, which have an ONNX form.");
            }
        }

        return (x, [.. after]);
    }

    private static string Layer(int l) => $"controller.layers.{l}";
}
