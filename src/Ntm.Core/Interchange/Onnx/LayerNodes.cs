namespace Ntm.Core.Interchange.Onnx;

/// <summary>A step of one layer of units, by the equations of <see cref="LstmLayer"/>, <see cref="GruLayer"/> and <see cref="FeedforwardController"/>.</summary>
internal static class LayerNodes
{
    /// <param name="graph">The body.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="layer">The beginning of their names.</param>
    /// <param name="x">The layer's input.</param>
    /// <param name="h">The output of the previous step.</param>
    /// <param name="c">The cells of the previous step.</param>
    public static (string H, string C) Lstm(OnnxGraph graph, OnnxWeights weights, string layer, string x, string h, string c)
    {
        var below = graph.Linear(x, weights[$"{layer}.weight_ih"], weights[$"{layer}.bias"]);
        var gates = Equal(graph, graph.Linear(h, weights[$"{layer}.weight_hh"], below), 4);
        var kept = graph.Multiply(graph.Sigmoid(gates[1]), c);
        var nextC = graph.Add(kept, graph.Multiply(graph.Sigmoid(gates[0]), graph.Tanh(gates[2])));
        return (graph.Multiply(graph.Sigmoid(gates[3]), graph.Tanh(nextC)), nextC);
    }

    /// <inheritdoc cref="Lstm"/>
    public static string Gru(OnnxGraph graph, OnnxWeights weights, string layer, string x, string h)
    {
        var below = Equal(graph, graph.Linear(x, weights[$"{layer}.weight_ih"], weights[$"{layer}.bias_ih"]), 3);
        var before = Equal(graph, graph.Linear(h, weights[$"{layer}.weight_hh"], weights[$"{layer}.bias_hh"]), 3);
        var reset = graph.Sigmoid(graph.Add(below[0], before[0]));
        var update = graph.Sigmoid(graph.Add(below[1], before[1]));
        var fresh = graph.Tanh(graph.Add(below[2], graph.Multiply(reset, before[2])));
        return graph.Add(fresh, graph.Multiply(update, graph.Subtract(h, fresh)));
    }

    /// <inheritdoc cref="Lstm"/>
    public static string Feedforward(OnnxGraph graph, OnnxWeights weights, string layer, string x) =>
        graph.Tanh(graph.Linear(x, weights[$"{layer}.weight"], weights[$"{layer}.bias"]));

    /// <summary>Splits the gates.</summary>
    private static string[] Equal(OnnxGraph graph, string gates, int count) => graph.Nodes(count, "Split", [gates], OnnxAttribute.Of("axis", 1));
}
