using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Computes the gradients of a node of the graph inside autograd, where an exception would end the process.</summary>
internal static class BackwardPass
{
    /// <summary>Returns gradients that outlive the dispose scope of the computation. Does not throw: an exception is reported after the pass.</summary>
    /// <param name="compute">Computes the gradients; <see langword="null"/> for an argument without one.</param>
    /// <param name="nothing">Returns gradients without influence, for a pass that has failed.</param>
    public static T Run<T>(Func<T> compute, Func<T> nothing)
        where T : IEnumerable<Tensor?>
    {
        using var scope = NewDisposeScope();
        T computed;
        try
        {
            computed = compute();
        }
        catch (Exception e)
        {
            BackwardError.Failed($"the backward pass of the Neural Turing Machine failed: {e.Message}");
            computed = nothing();
        }

        foreach (var gradient in computed)
            gradient?.DetachFromDisposeScope();
        return computed;
    }
}
