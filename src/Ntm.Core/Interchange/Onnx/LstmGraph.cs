namespace Ntm.Core.Interchange.Onnx;

/// <summary>The graph of an LSTM network.</summary>
internal static class LstmGraph
{
    /// <param name="network">The network.</param>
    /// <param name="limit">The greatest number of bytes of its weights.</param>
    /// <exception cref="NotSupportedException">The element type is not float32, or the weights are larger than the limit.</exception>
    public static OnnxGraph Of(LstmNetwork network, long limit)
    {
        var options = network.Settings;
        var graph = new OnnxGraph("lstm_network", "An LSTM network from its initial state: inputs [T, B, I] to logits [T, B, O].");
        var weights = new OnnxWeights(graph, network, limit);
        var batch = ScanLoop.Begin(graph, options.InputSize);
        string[] layers = [.. Enumerable.Range(0, options.Layers).Select(l => $"layers.{l}")];
        ScanState[] states = [.. layers.SelectMany(layer => new[] { State(layer, "h"), State(layer, "c") })];
        ScanLoop.Add(graph, options.InputSize, states, [new ScanOutput("logits", "logits [T, B, O]", [options.OutputSize])], Step);
        return graph;

        ScanState State(string layer, string part) =>
            new($"{layer}.{part}", ScanLoop.Expand(graph, weights[$"{layer}.initial_{part}"], batch, options.HiddenSize), [options.HiddenSize]);

        (string[] States, string[] Outputs) Step(OnnxGraph body, string input, string[] before)
        {
            var (after, outputs) = (new List<string>(), new List<string>());
            for (var l = 0; l < layers.Length; l++)
            {
                body.Part = $"{layers[l]}/";
                var x = l == 0 ? input : body.Join(1, input, outputs[^1]);
                var (h, c) = LayerNodes.Lstm(body, weights, layers[l], x, before[2 * l], before[2 * l + 1]);
                after.AddRange([h, c]);
                outputs.Add(h);
            }

            body.Part = "output/";
            var all = outputs.Count == 1 ? outputs[0] : body.Join(1, [.. outputs]);
            return ([.. after], [body.Linear(all, weights["output.weight"], weights["output.bias"])]);
        }
    }
}
