using Ntm.Core.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>The reference engine's <see cref="GradientBound"/>: an identity whose gradient is clamped to the bound.</summary>
internal static class BoundedGradient
{
    /// <summary>Returns the same tensors; their gradients are clamped to the bound.</summary>
    public static List<Tensor> Apply(params Tensor[] tensors)
    {
        if (!is_grad_enabled() || !Array.Exists(tensors, t => t.requires_grad))
            return [.. tensors];
        using var noGrad = no_grad();
        List<Tensor> same = [.. tensors.Select(t => t.alias().DetachFromDisposeScope())];
        using (enable_grad())
        {
            var bounded = GraphOutputs.Of(() => Function.apply([same, .. tensors]));
            same.ForEach(t => t.Dispose());
            return bounded;
        }
    }

    /// <inheritdoc cref="Apply(Tensor[])"/>
    public static Tensor Apply(Tensor tensor) => Apply([tensor])[0];

    private sealed class Function : autograd.MultiTensorFunction<Function>
    {
        public override string Name => "NtmGradientBound";

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.set_materialize_grads(true);
            return (List<Tensor>)vars[0];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = NewDisposeScope();
            using Scalar low = -GradientBound.Value, high = GradientBound.Value;
            var bounded = ReturnedGradients.Keep([null, .. grad_outputs.Select(g => g.clamp(low, high))]);
            grad_outputs.ForEach(g => g.Dispose());
            BackwardError.Repeat();
            return bounded;
        }
    }
}
