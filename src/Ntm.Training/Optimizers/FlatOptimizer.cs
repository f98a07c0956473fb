namespace Ntm.Training.Optimizers;

/// <summary>
/// An optimizer over flat buffers. Torch's walk over a dozen small tensors costs as much as a whole training iteration of the fast
/// engine; one loop over everything, with the clipping inside, costs a twentieth of that.
/// </summary>
internal abstract class FlatOptimizer : IDisposable
{
    /// <summary>Steps made.</summary>
    public long Step { get; protected set; }

    /// <summary>The state, one flat buffer per number that the rule keeps.</summary>
    public abstract IReadOnlyList<float[]> State { get; }

    /// <summary>Updates the parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradient">The gradient, flat; left as it is.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="clipping">How the gradient is clipped.</param>
    public abstract void Update(FlatParameters parameters, FlatGradient gradient, double learningRate, GradientClipping clipping);

    /// <summary>Sets the optimizer to where another of its kind stood.</summary>
    /// <param name="step">Steps made.</param>
    /// <param name="state">As <see cref="State"/>, of the same lengths.</param>
    public void Restore(long step, IReadOnlyList<float[]> state)
    {
        Step = step;
        SetState(state);
    }

    public abstract void Dispose();

    /// <summary>The optimizer of a rule, where the parameters are.</summary>
    public static FlatOptimizer Of<TRule>(TRule rule, FlatParameters parameters)
        where TRule : struct, IUpdateRule<TRule> =>
        parameters.AsTensors ? new TensorOptimizer<TRule>(rule, parameters) : new FlatOptimizer<TRule>(rule, parameters.Count);

    protected abstract void SetState(IReadOnlyList<float[]> state);
}
