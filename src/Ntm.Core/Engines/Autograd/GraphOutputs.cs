using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// What an autograd function gives. TorchSharp makes a tensor like each output, from whose shape it makes zeros in the backward pass, and leaves
/// it to the dispose scope: it has to live as long as the graph, which disposes it.
/// </summary>
internal static class GraphOutputs
{
    /// <param name="apply">Applies the function.</param>
    public static List<Tensor> Of(Func<List<Tensor>> apply)
    {
        using var scope = NewDisposeScope();
        var outputs = apply();
        outputs.ForEach(output => output.MoveToOuterDisposeScope());
        scope.Detach([.. scope.DisposablesView]);
        return outputs;
    }
}
