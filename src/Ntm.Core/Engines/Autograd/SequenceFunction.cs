using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// A <see cref="SequenceCall"/> that has gone forward, as one autograd function. Nothing may throw inside <see cref="backward"/>: that would end the
/// process.
/// </summary>
internal sealed class SequenceFunction : autograd.MultiTensorFunction<SequenceFunction>
{
    public override string Name => "NtmSequence";

    /// <summary>The outputs of a call as part of a graph.</summary>
    public static List<Tensor> Apply(SequenceCall call) => GraphOutputs.Of(() => apply([call, .. call.Arguments]));

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (SequenceCall)vars[0];
        // Zeros for what the loss does not depend on: TorchSharp counts a tensor without contents as alive for ever.
        ctx.set_materialize_grads(true);
        call.Enter(ctx);
        return call.Outputs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var call = SequenceCall.Of(ctx);
        var gradients = call.Backward(ctx, grad_outputs);
        grad_outputs.ForEach(g => g.Dispose());
        // The call itself, the first argument, has no gradient.
        return ReturnedGradients.Keep([null, .. gradients]);
    }
}
