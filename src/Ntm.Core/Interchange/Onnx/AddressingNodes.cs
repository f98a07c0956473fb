namespace Ntm.Core.Interchange.Onnx;

/// <summary>The addressing of a bank of heads, by the equations (5) to (9) of <see cref="MemoryEquations"/>.</summary>
internal sealed class AddressingNodes
{
    private readonly bool _isLocated;
    private readonly string _sources = "";

    /// <summary>Prepares the addressing.</summary>
    /// <param name="graph">The outer graph.</param>
    /// <param name="options">The model's options.</param>
    public AddressingNodes(OnnxGraph graph, NtmOptions options)
    {
        _isLocated = options.Addressing == AddressingKind.ContentAndLocation;
        if (!_isLocated)
        {
            Sizes = [options.MemoryWidth, 1];
            return;
        }

        var range = options.ShiftRange;
        Sizes = [options.MemoryWidth, 1, 1, 2 * range + 1, 1];
        _sources = Sources(graph, range, options.MemoryLocations);
    }

    /// <summary>The numbers of a head's parameters: key and strength, then gate, shift weighting and sharpening.</summary>
    public long[] Sizes { get; }

    /// <summary>Adds a step.</summary>
    /// <param name="graph">The body.</param>
    /// <param name="parameters">The parameters, each <c>[B, h, ...]</c>, in the order of <see cref="Sizes"/>.</param>
    /// <param name="previous">The weightings of the previous step, <c>[B, h, N]</c>.</param>
    /// <param name="memory">The memory to address.</param>
    /// <returns>The weightings, <c>[B, h, N]</c></returns>
    public string Step(OnnxGraph graph, ReadOnlySpan<string> parameters, string previous, MemoryNodes memory)
    {
        var content = Content(graph, graph.Tanh(parameters[0]), graph.Softplus(parameters[1]), memory);
        if (!_isLocated)
            return content;
        var gated = graph.Add(previous, graph.Multiply(graph.Sigmoid(parameters[2]), graph.Subtract(content, previous)));
        var shifted = Shift(graph, gated, graph.Softmax(parameters[3]));
        var gamma = graph.Add(graph.Softplus(parameters[4]), graph.Constant("one", 1));
        var logarithms = graph.Logarithm(graph.Add(shifted, graph.Constant("weight_epsilon", (float)MemoryEquations.WeightEpsilon)));
        return graph.Softmax(graph.Multiply(gamma, logarithms));
    }

    /// <summary>Equations (5) and (6).</summary>
    private static string Content(OnnxGraph graph, string keys, string strengths, MemoryNodes memory)
    {
        var products = graph.Divide(graph.MatrixProduct(keys, memory.Columns), memory.Norms);
        return graph.Softmax(graph.Multiply(products, graph.Divide(strengths, graph.Norm(keys, keepsDimension: true))));
    }

    /// <summary>Equation (8): a product of the shift weighting and all shifted weightings.</summary>
    private string Shift(OnnxGraph graph, string weightings, string shifts)
    {
        var shifted = graph.Node("Gather", [weightings, _sources], OnnxAttribute.Of("axis", 2));
        return graph.Squeeze(graph.MatrixProduct(graph.Unsqueeze(shifts, 2), shifted), 2);
    }

    /// <summary>Returns for each of the shifts <c>-S..S</c> and each location the location that its weight comes from, <c>[2S + 1, N]</c>. It is computed, so
    /// that a file of many locations stays small.</summary>
    private static string Sources(OnnxGraph graph, int range, int locations)
    {
        long[] shifts = [.. Enumerable.Range(-range, 2 * range + 1)];
        var all = graph.Node("Range", [graph.Scalar(0), graph.Scalar(locations), graph.Scalar(1)]);
        return graph.Node("Mod", [graph.Subtract(all, graph.Constant("shifts", [shifts.Length, 1], shifts)), graph.Scalar(locations)]);
    }
}
