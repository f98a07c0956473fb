namespace Ntm.Training.Optimizers;

/// <summary>
/// An optimizer over flat buffers. torch's loop over a dozen small tensors costs as much as a whole training iteration of the fast
/// engine; one loop over everything, which includes the clipping, costs a twentieth of that.
/// </summary>
internal abstract class FlatOptimizer : IDisposable
{
    /// <summary>The number of steps made.</summary>
    public long Step { get; protected set; }

    /// <summary>The state, one flat buffer per number that the rule keeps.</summary>
    public abstract IReadOnlyList<float[]> State { get; }

    /// <summary>The learning rates that the groups of parameters began with; empty if there are no groups and the options have the rate.</summary>
    public virtual IReadOnlyList<double> BaseRates => [];

    /// <summary>The optimizer in words, for an optimizer that the options do not describe; <see langword="null"/> if they do.</summary>
    public virtual string? Description => null;

    /// <summary>The state in a form of the optimizer's own, in place of <see cref="State"/>; <see langword="null"/> if it has none.</summary>
    public virtual byte[]? SavedState => null;

    /// <summary>Sets the learning rates of the groups for the next update; as many as there are <see cref="BaseRates"/>.</summary>
    public virtual void SetGroupRates(ReadOnlySpan<double> rates)
    {
    }

    /// <summary>Updates the parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradient">The gradient, flat; not changed.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="clipping">The way of clipping.</param>
    public abstract void Update(FlatParameters parameters, FlatGradient gradient, double learningRate, GradientClipping clipping);

    /// <summary>Restores the state of another optimizer of the same kind.</summary>
    /// <param name="step">The number of steps made.</param>
    /// <param name="state">The state, like <see cref="State"/>, with the same lengths.</param>
    public void Restore(long step, IReadOnlyList<float[]> state)
    {
        Step = step;
        SetState(state);
    }

    /// <summary>Restores the state of another optimizer of the same <see cref="Description"/>.</summary>
    /// <param name="step">The number of steps made.</param>
    /// <param name="state">The state, from <see cref="SavedState"/>.</param>
    public virtual void RestoreSaved(long step, byte[] state) => throw new NotSupportedException();

    public abstract void Dispose();

    /// <summary>Creates the optimizer of a rule for the device of the parameters.</summary>
    public static FlatOptimizer Of<TRule>(TRule rule, FlatParameters parameters)
        where TRule : struct, IUpdateRule<TRule> =>
        parameters.AsTensors ? new TensorOptimizer<TRule>(rule, parameters) : new FlatOptimizer<TRule>(rule, parameters.Count);

    protected abstract void SetState(IReadOnlyList<float[]> state);
}
