using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// The outputs of an autograd function. TorchSharp creates a tensor like each output, uses its shape for zeros in the backward pass, and leaves
/// it to the dispose scope. The tensor must live as long as the graph, which disposes it.
/// </summary>
internal static class GraphOutputs
{
    /// <param name="apply">Applies the function.</param>
    public static List<Tensor> Of(Func<List<Tensor>> apply)
    {
        using var scope = NewDisposeScope();
        var outputs = apply();
        foreach (var output in outputs)
            output.MoveToOuterDisposeScope();
        scope.Detach(scope.DisposablesView);
        return outputs;
    }
}
