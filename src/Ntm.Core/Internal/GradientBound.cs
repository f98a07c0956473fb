using Ntm.Core.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// What goes backward from step to step is kept within a bound, by all engines at the same places: the gradients of the weightings and of the
/// controller's outputs and cells. Each step can multiply them by thousands (sharpening among nearly tied locations, a cosine with rows of almost no
/// length), so that over a long sequence they would leave the range of float32, and infinity minus infinity is not a number. A gradient
/// that large says nothing but its sign: Graves clips at ten (arXiv 1308.0850, section 2.1), after which nothing is left of it either.
/// </summary>
internal static class GradientBound
{
    /// <summary>The bound. What a step makes of it stays far below the largest float32, 3.4e38, and its square does too.</summary>
    public const float Value = 1e10f;

    /// <summary>The same tensors, whose gradients will be within the bound.</summary>
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
            using Scalar low = -Value, high = Value;
            var bounded = ReturnedGradients.Keep([null, .. grad_outputs.Select(g => g.clamp(low, high))]);
            grad_outputs.ForEach(g => g.Dispose());
            BackwardError.Repeat();
            return bounded;
        }
    }
}
