using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Wraps a <see cref="StepCall"/> after its forward pass as one autograd function. Nothing may throw inside <see cref="backward"/>.</summary>
internal sealed class StepFunction : autograd.MultiTensorFunction<StepFunction>
{
    private const string Key = "call";

    public override string Name => "NtmStep";

    /// <summary>Returns the outputs of a call as part of a graph.</summary>
    public static List<Tensor> Apply(StepCall call) => GraphOutputs.Of(() => apply(call.Arguments!));

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (StepCall)vars[0];
        ctx.set_materialize_grads(true);
        ctx.save_data(Key, call);
        return call.Enter(ctx);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var call = (StepCall)ctx.get_data(Key);
        var gradients = call.Backward(ctx, grad_outputs);
        foreach (var gradient in grad_outputs)
            gradient.Dispose();
        return ReturnedGradients.Keep(gradients, call.Shared);
    }
}
