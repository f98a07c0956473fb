using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The first node of a chain's graph: it depends on the parameters, and the first step depends on it. Nothing may throw inside <see cref="backward"/>.</summary>
internal sealed class ChainFunction : autograd.MultiTensorFunction<ChainFunction>
{
    private const string Chain = "chain";
    private const string Threads = "threads";

    public override string Name => "NtmChain";

    /// <summary>Returns the tensor that the first step depends on.</summary>
    public static Tensor Apply(StepChain chain, int threads)
    {
        var arguments = new object?[2 + chain.Parameters.Length];
        // Outside of the function, whose tensors live as long as the graph.
        using var value = chain.Pool.Machine.Empty(1);
        chain.Value = value;
        (arguments[0], arguments[1]) = (chain, threads);
        for (var p = 0; p < chain.Parameters.Length; p++)
            arguments[2 + p] = chain.Wanted[p] ? chain.Parameters[p] : null;
        var root = GraphOutputs.Of(() => apply(arguments!))[0];
        chain.Value = null;
        return root;
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var chain = (StepChain)vars[0];
        ctx.set_materialize_grads(true);
        ctx.save_for_backward([.. chain.Parameters]);
        ctx.save_data(Chain, chain);
        ctx.save_data(Threads, vars[1]);
        chain.Enter(new ContextTensors(ctx));
        return [chain.Value!];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var gradients = ((StepChain)ctx.get_data(Chain)).Gradients((int)ctx.get_data(Threads));
        grad_outputs.ForEach(g => g.Dispose());
        return ReturnedGradients.Keep([null, null, .. gradients]);
    }
}
