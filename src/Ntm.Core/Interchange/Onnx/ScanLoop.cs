namespace Ntm.Core.Interchange.Onnx;

/// <summary>The loop over time: one <c>Scan</c> whose body is a step.</summary>
internal static class ScanLoop
{
    /// <summary>The name of the model's input.</summary>
    public const string Inputs = "inputs";

    private static readonly string[] Batch = ["B"];
    private static readonly string[] StepsAndBatch = ["T", "B"];

    /// <summary>Declares the model's input and returns the number of sequences as a constant of one element.</summary>
    public static string Begin(OnnxGraph graph, int inputSize)
    {
        graph.Input(Inputs, "input vectors [T, B, I]: T steps of B sequences", StepsAndBatch, inputSize);
        return graph.Node("Shape", [Inputs], OnnxAttribute.Of("start", 1), OnnxAttribute.Of("end", 2));
    }

    /// <summary>Repeats a value for each sequence: <c>[B, sizes...]</c>.</summary>
    public static string Expand(OnnxGraph graph, string value, string batch, params long[] sizes) =>
        graph.Node("Expand", [value, graph.Join(0, batch, graph.Constant(sizes))]);

    /// <summary>Adds the loop and the outputs of the model.</summary>
    /// <param name="graph">The outer graph.</param>
    /// <param name="inputSize">Width of the input, <c>I</c>.</param>
    /// <param name="states">The state.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="step">Builds a step from the body, its input <c>[B, I]</c> and its state; returns the new state and the outputs.</param>
    public static void Add(
        OnnxGraph graph, int inputSize, ScanState[] states, ScanOutput[] outputs, Func<OnnxGraph, string, string[], (string[] States, string[] Outputs)> step)
    {
        var body = new OnnxGraph("step", "One step: the state, then the input vector, to the new state, then the outputs of the step.", graph);
        string[] before = [.. states.Select(s => body.Input($"{s.Name}.before", "", Batch, s.Sizes))];
        var input = body.Input("input", "", Batch, inputSize);
        var (after, results) = step(body, input, before);
        foreach (var (state, value) in states.Zip(after))
            body.Output(value, state.Name, Batch, state.Sizes);
        foreach (var (output, value) in outputs.Zip(results))
        {
            // A body must not have the same output twice, as state and as result.
            body.Output(after.Contains(value) ? body.Identity(value) : value, output.Name, Batch, output.Sizes);
            graph.Output(output.Name, output.Description, StepsAndBatch, output.Sizes);
        }

        graph.Node(
            "Scan", "time", "The loop over time.", [.. states.Select(s => s.Initial), Inputs], [.. states.Select(s => $"{s.Name}.after"), .. outputs.Select(o => o.Name)],
            OnnxAttribute.Of("body", body), OnnxAttribute.Of("num_scan_inputs", 1));
    }
}
