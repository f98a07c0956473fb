using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// A <see cref="SequenceCall"/> as one autograd function. Nothing may throw inside <see cref="backward"/>: that would end the process.
/// </summary>
internal sealed class SequenceFunction : autograd.MultiTensorFunction<SequenceFunction>
{
    private const string CallKey = "call";

    // Autograd copies what backward returns only after it has returned: the managed handles go with the next pass on this thread.
    [ThreadStatic] private static List<Tensor?>? _returned;

    public override string Name => "NtmSequence";

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (SequenceCall)vars[0];
        ctx.set_materialize_grads(false);
        ctx.save_data(CallKey, call);
        return call.Forward();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        _returned?.ForEach(t => t?.Dispose());
        using var noGrad = no_grad();
        var call = (SequenceCall)ctx.get_data(CallKey);
        var gradients = call.Backward(grad_outputs);
        grad_outputs.ForEach(g => g.Dispose());
        foreach (var gradient in gradients)
            gradient?.DetachFromDisposeScope();
        // The call itself, the first argument, has no gradient.
        var returned = new List<Tensor?> { null };
        returned.AddRange(gradients);
        _returned = returned;
        return returned!;
    }
}
