using Ntm.Core.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>The reference engine's <see cref="GradientBound"/>: an identity whose gradient is clamped to the bound.</summary>
internal static class BoundedGradient
{
    /// <summary>The same state, whose gradients will be within the bound: one function of autograd, which costs as much as ten of torch's own.</summary>
    public static NtmState Apply(NtmState state)
    {
        if (!is_grad_enabled() || !state.Tensors().Any(t => t.requires_grad))
            return state;
        var bounded = new Queue<Tensor>(Apply([.. state.Tensors().Where(t => t.requires_grad)]));
        return state.Select(t => t.requires_grad ? bounded.Dequeue() : t);
    }

    private static List<Tensor> Apply(Tensor[] tensors)
    {
        using var noGrad = no_grad();
        List<Tensor> same = [.. tensors.Select(t => t.alias().DetachFromDisposeScope())];
        using (enable_grad())
        {
            var bounded = GraphOutputs.Of(() => Function.apply([same, .. tensors]));
            same.ForEach(t => t.Dispose());
            return bounded;
        }
    }

    private sealed class Function : autograd.MultiTensorFunction<Function>
    {
        // Values that nothing changes, for all threads.
        private static readonly Scalar _low = -GradientBound.Value;
        private static readonly Scalar _high = GradientBound.Value;

        public override string Name => "NtmGradientBound";

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.set_materialize_grads(true);
            return (List<Tensor>)vars[0];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = NewDisposeScope();
            var bounded = ReturnedGradients.Keep([null, .. grad_outputs.Select(g => g.clamp(_low, _high))]);
            grad_outputs.ForEach(g => g.Dispose());
            BackwardError.Repeat();
            return bounded;
        }
    }
}
