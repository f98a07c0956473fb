using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Optimizers;

namespace Ntm.Training.Steps;

/// <summary>Forward, loss and backward for one batch: how a gradient comes about. The trainer does the rest.</summary>
internal abstract class TrainingStep(FlatParameters parameters) : IDisposable
{
    /// <summary>The parameters that are trained.</summary>
    public FlatParameters Parameters { get; } = parameters;

    /// <summary>The fastest step that a model as it now is has for a loss.</summary>
    public static TrainingStep Create(ISequenceModel model, LossKind loss, FlatParameters parameters) =>
        (TrainingStep?)FusedStep.TryCreate(model, loss, parameters) ?? new AutogradStep(model, loss, parameters);

    /// <summary>The gradient of the mean loss of the batch last run, flat.</summary>
    public abstract FlatGradient Gradient { get; }

    /// <summary>Whether the gradient of the batch last run is free of NaN and infinity.</summary>
    public abstract bool IsGradientFinite { get; }

    /// <summary>Computes the gradient.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>The batch's cost and errors, before any update.</returns>
    public abstract SequenceScore Run(BatchBuffer batch);

    public abstract void Dispose();
}
