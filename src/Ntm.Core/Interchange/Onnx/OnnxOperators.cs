namespace Ntm.Core.Interchange.Onnx;

/// <summary>The operators of ONNX that an export uses, as functions from names of values to names of values.</summary>
internal static class OnnxOperators
{
    public static string Add(this OnnxGraph graph, string a, string b) => graph.Node("Add", [a, b]);

    public static string Subtract(this OnnxGraph graph, string a, string b) => graph.Node("Sub", [a, b]);

    public static string Multiply(this OnnxGraph graph, string a, string b) => graph.Node("Mul", [a, b]);

    public static string Divide(this OnnxGraph graph, string a, string b) => graph.Node("Div", [a, b]);

    public static string Sigmoid(this OnnxGraph graph, string a) => graph.Node("Sigmoid", [a]);

    public static string Tanh(this OnnxGraph graph, string a) => graph.Node("Tanh", [a]);

    public static string Softplus(this OnnxGraph graph, string a) => graph.Node("Softplus", [a]);

    public static string Logarithm(this OnnxGraph graph, string a) => graph.Node("Log", [a]);

    public static string Identity(this OnnxGraph graph, string a) => graph.Node("Identity", [a]);

    /// <summary>Softmax over the last dimension.</summary>
    public static string Softmax(this OnnxGraph graph, string a) => graph.Node("Softmax", [a], OnnxAttribute.Of("axis", -1));

    public static string MatrixProduct(this OnnxGraph graph, string a, string b) => graph.Node("MatMul", [a, b]);

    /// <summary><c>x W^T + c</c> with the weight <c>[Out, In]</c>.</summary>
    public static string Linear(this OnnxGraph graph, string x, string weight, string c) => graph.Node("Gemm", [x, weight, c], OnnxAttribute.Of("transB", 1));

    /// <summary>Swaps the last two of three dimensions.</summary>
    public static string Transpose(this OnnxGraph graph, string a) => graph.Node("Transpose", [a], OnnxAttribute.Of("perm", [0, 2, 1]));

    /// <summary>The Euclidean norm of the last of three dimensions, with the number under the root that keeps its derivative finite.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="a">The values.</param>
    /// <param name="keepsDimension">Whether the last dimension stays, of size 1.</param>
    public static string Norm(this OnnxGraph graph, string a, bool keepsDimension)
    {
        var squares = graph.Node("ReduceSumSquare", [a], OnnxAttribute.Of("axes", [2]), OnnxAttribute.Of("keepdims", keepsDimension ? 1 : 0));
        return graph.Node("Sqrt", [graph.Add(squares, graph.Constant("norm_epsilon", (float)MemoryEquations.NormEpsilon))]);
    }

    /// <summary>Joins values along a dimension.</summary>
    public static string Join(this OnnxGraph graph, int axis, params string[] values) => graph.Node("Concat", values, OnnxAttribute.Of("axis", axis));

    /// <summary>Splits a value along a dimension into parts of the given sizes.</summary>
    public static string[] Split(this OnnxGraph graph, string a, int axis, params long[] sizes) =>
        sizes.Length == 1 ? [a] : graph.Nodes(sizes.Length, "Split", [a, graph.Constant(sizes)], OnnxAttribute.Of("axis", axis));

    /// <summary>Changes the shape; 0 keeps a size, -1 takes what remains.</summary>
    public static string Reshape(this OnnxGraph graph, string a, params long[] shape) => graph.Node("Reshape", [a, graph.Constant(shape)]);

    public static string Unsqueeze(this OnnxGraph graph, string a, long axis) => graph.Node("Unsqueeze", [a, graph.Constant(axis)]);

    public static string Squeeze(this OnnxGraph graph, string a, long axis) => graph.Node("Squeeze", [a, graph.Constant(axis)]);

    /// <summary>Clips to plus and minus a bound, or not at all.</summary>
    public static string Clip(this OnnxGraph graph, string a, double? bound) => bound is not { } limit
        ? a
        : graph.Node("Clip", [a, graph.Constant("clip_low", (float)-limit), graph.Constant("clip_high", (float)limit)]);
}
