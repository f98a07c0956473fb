using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// Wraps a <see cref="SequenceCall"/> after its forward pass as one autograd function. Nothing may throw inside <see cref="backward"/>: an exception would
/// end the process.
/// </summary>
internal sealed class SequenceFunction : autograd.MultiTensorFunction<SequenceFunction>
{
    public override string Name => "NtmSequence";

    /// <summary>Returns the outputs of a call as part of a graph.</summary>
    public static List<Tensor> Apply(SequenceCall call) => GraphOutputs.Of(() => apply([call, .. call.Arguments]));

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (SequenceCall)vars[0];
        // Zeros for outputs that the loss does not depend on: TorchSharp treats a tensor without contents as alive forever.
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
