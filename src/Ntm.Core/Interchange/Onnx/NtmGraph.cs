namespace Ntm.Core.Interchange.Onnx;

/// <summary>The graph of a Neural Turing Machine. A step is that of <see cref="NtmCell"/>.</summary>
internal static class NtmGraph
{
    private const string Description =
        "A Neural Turing Machine from its initial state: inputs [T, B, I] to logits [T, B, O] and the weightings of the heads [T, B, heads, N].";

    /// <param name="cell">The model, of built-in parts.</param>
    /// <param name="limit">The greatest number of bytes of its weights.</param>
    /// <exception cref="NotSupportedException">The element type is not float32, or the weights are larger than the limit.</exception>
    public static OnnxGraph Of(NtmCell cell, long limit)
    {
        var options = cell.Settings;
        var graph = new OnnxGraph("neural_turing_machine", Description);
        var weights = new OnnxWeights(graph, cell, limit);
        var batch = ScanLoop.Begin(graph, options.InputSize);
        var addressing = new AddressingNodes(graph, options);
        var controller = new ControllerNodes((IEngineController)cell.Controller, options.ControllerSize, weights);
        var readHeads = new HeadNodes("read_heads", options.ReadHeads, options, addressing, weights);
        var writeHeads = new HeadNodes("write_heads", options.WriteHeads, options, addressing, weights);
        var memory = ScanLoop.Expand(graph, weights["memory.value"], batch, options.MemoryLocations, options.MemoryWidth);
        ScanState[] states =
        [
            new("memory", memory, [options.MemoryLocations, options.MemoryWidth]),
            readHeads.Reads(graph, batch), readHeads.Weightings(graph, batch), writeHeads.Weightings(graph, batch), .. controller.States(graph, batch),
        ];
        ScanOutput[] outputs =
        [
            new("logits", "logits [T, B, O]", [options.OutputSize]),
            new("read_weightings", "weightings of the read heads [T, B, R, N]", [options.ReadHeads, options.MemoryLocations]),
            new("write_weightings", "weightings of the write heads [T, B, K, N]", [options.WriteHeads, options.MemoryLocations]),
        ];
        ScanLoop.Add(graph, options.InputSize, states, outputs, Step);
        return graph;

        (string[] States, string[] Outputs) Step(OnnxGraph body, string input, string[] before)
        {
            var (h, controllerStates) = controller.Step(body, body.Join(1, input, before[1]), before[4..]);
            var old = new MemoryNodes(body, before[0]);
            var (writeWeightings, written) = writeHeads.Write(body, h, before[3], old);
            var readable = options.ReadOrder == ReadOrder.AfterWrite ? new MemoryNodes(body, written) : old;
            var (readWeightings, reads) = readHeads.Read(body, h, before[2], readable);
            body.Part = "output/";
            var logits = body.Clip(body.Linear(body.Join(1, h, reads), weights["output.weight"], weights["output.bias"]), options.Clip);
            return ([written, reads, readWeightings, writeWeightings, .. controllerStates], [logits, readWeightings, writeWeightings]);
        }
    }
}
