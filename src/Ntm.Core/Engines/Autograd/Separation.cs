using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// An identity that separates a call's arguments from their own history while the call is differentiated: their history may lead to the call's other
/// arguments, whose gradients autograd adds later. Afterwards the identity's gradient passes, so that the result can be differentiated again.
/// </summary>
internal sealed class Separation : autograd.MultiTensorFunction<Separation>
{
    [ThreadStatic] private static bool _isClosed;

    public override string Name => "NtmSeparation";

    /// <summary>Whether a call is being differentiated on this thread: nodes of other calls then have no part in it.</summary>
    public static bool IsClosed => _isClosed;

    /// <summary>Returns tensors with the same values.</summary>
    public static List<Tensor> Of(Tensor[] tensors)
    {
        using var noGrad = no_grad();
        List<Tensor> same = [.. tensors.Select(t => t.alias().DetachFromDisposeScope())];
        using (enable_grad())
        {
            var separated = GraphOutputs.Of(() => apply([same, .. tensors]));
            same.ForEach(t => t.Dispose());
            return separated;
        }
    }

    /// <summary>Differentiates a call.</summary>
    public static T Closed<T>(Func<T> differentiate)
    {
        var before = _isClosed;
        _isClosed = true;
        try
        {
            return differentiate();
        }
        finally
        {
            _isClosed = before;
        }
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.set_materialize_grads(true);
        return (List<Tensor>)vars[0];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        if (!_isClosed)
            return ReturnedGradients.Keep([null, .. grad_outputs]);
        var nothing = new Tensor?[1 + grad_outputs.Count];
        grad_outputs.ForEach(g => g.Dispose());
        return ReturnedGradients.Keep([.. nothing]);
    }
}
