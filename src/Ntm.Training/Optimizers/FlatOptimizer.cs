namespace Ntm.Training.Optimizers;

/// <summary>
/// An optimizer over flat buffers. Torch's walk over a dozen small tensors costs as much as a whole training iteration of the fast
/// engine; one loop over everything, with the clipping inside, costs a twentieth of that.
/// </summary>
internal abstract class FlatOptimizer
{
    /// <summary>Steps made.</summary>
    public long Step { get; protected set; }

    /// <summary>The state, one flat buffer per number that the rule keeps.</summary>
    public abstract IReadOnlyList<float[]> State { get; }

    /// <summary>Updates the parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradient">The gradient, flat; left as it is.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="clip">Every element of the gradient is clipped to plus and minus this; infinite for no clipping.</param>
    public abstract void Update(FlatParameters parameters, ReadOnlySpan<float> gradient, double learningRate, double clip);

    /// <summary>Sets the optimizer to where another of its kind stood.</summary>
    /// <param name="step">Steps made.</param>
    /// <param name="state">As <see cref="State"/>, of the same lengths.</param>
    public void Restore(long step, IReadOnlyList<float[]> state)
    {
        Step = step;
        for (var i = 0; i < State.Count; i++)
            state[i].CopyTo(State[i], 0);
    }

    public static FlatOptimizer Create(TrainingOptions options, int count) => options.Optimizer switch
    {
        OptimizerKind.RmsProp => new FlatOptimizer<RmsPropRule>(new(options.Alpha, options.Momentum, options.Epsilon ?? 1e-8), count),
        OptimizerKind.GravesRmsProp => new FlatOptimizer<GravesRmsPropRule>(new(options.Alpha, options.Momentum, options.Epsilon ?? 1e-4), count),
        _ => new FlatOptimizer<AdamRule>(new(options.Beta1, options.Beta2, options.Epsilon ?? 1e-8), count),
    };
}
