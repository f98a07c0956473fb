using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Optimizers;

namespace Ntm.Training.Steps;

/// <summary>Computes the gradient of one batch: forward, loss and backward. The trainer does the rest.</summary>
internal abstract class TrainingStep(FlatParameters parameters) : IDisposable
{
    /// <summary>The parameters that are trained.</summary>
    public FlatParameters Parameters { get; } = parameters;

    /// <summary>Returns the fastest step of a model in its current state for a loss.</summary>
    public static TrainingStep Create(ISequenceModel model, TaskLoss loss, FlatParameters parameters) =>
        (TrainingStep?)FusedStep.TryCreate(model, loss, parameters) ?? new AutogradStep(model, loss, parameters);

    /// <summary>The way of the computation: "by ..." or "on ...".</summary>
    public abstract string Description { get; }

    /// <summary>The gradient of the mean loss of the last batch, flat.</summary>
    public abstract FlatGradient Gradient { get; }

    /// <summary>Whether the gradient of the last batch is free of NaN and infinity.</summary>
    public abstract bool IsGradientFinite { get; }

    /// <summary>Computes the gradient.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>The batch's cost and errors, before any update.</returns>
    public abstract SequenceScore Run(BatchBuffer batch);

    public abstract void Dispose();
}
