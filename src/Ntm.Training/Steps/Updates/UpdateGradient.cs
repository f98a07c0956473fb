using Ntm.Core;
using Ntm.Training.Distributed;
using Ntm.Training.Optimizers;

namespace Ntm.Training.Steps;

/// <summary>Computes the gradient of an update: of a batch at once, in micro-batches, or shared by several ranks.</summary>
internal abstract class UpdateGradient : IDisposable
{
    /// <summary>The gradient of the mean loss of the last batch, flat; the same on all ranks.</summary>
    public abstract FlatGradient Gradient { get; }

    /// <summary>Whether the gradient of the last batch is free of NaN and infinity.</summary>
    public abstract bool IsGradientFinite { get; }

    /// <summary>The computation in words, for a comparison of the ranks.</summary>
    public abstract string Description { get; }

    /// <summary>Creates the computation that the options and the number of ranks require, for a model in its current state.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="options">The options.</param>
    /// <param name="ranks">The ranks; <see langword="null"/> for one process.</param>
    /// <exception cref="ArgumentException">The gradient cannot be shared with bit-identical results; the message has the reason.</exception>
    public static UpdateGradient Create(ISequenceModel model, TaskLoss loss, FlatParameters parameters, TrainingOptions options, Ranks? ranks)
    {
        var step = TrainingStep.Create(model, loss, parameters);
        try
        {
            if (options.MicroBatchSize is { } size)
                return new MicroBatchGradient(step, model, size, ranks);
            if (ranks is null)
                return new WholeBatchGradient(step);
            if (step is FusedStep { Parts: { } parts })
                return new PartGradientOfEngine(step, parts, ranks);
            throw new ArgumentException(
                $"{nameof(Trainer)}.{nameof(Trainer.Exchange)} has {ranks.Size} ranks, and the gradient of {model.GetType().Name} is computed {step.Description}, for a batch as a whole; expected a {nameof(TrainingOptions)}.{nameof(TrainingOptions.MicroBatchSize)}, whose gradients are added in a fixed order.");
        }
        catch
        {
            step.Dispose();
            throw;
        }
    }

    /// <summary>Computes the gradient.</summary>
    /// <param name="data">The training's sequences.</param>
    /// <param name="first">The number of the batch's first sequence in the training.</param>
    /// <param name="count">The number of its sequences, <c>B</c>.</param>
    /// <returns>The batch's cost and errors, before any update.</returns>
    public abstract SequenceScore Run(TrainingData data, long first, int count);

    /// <summary>Returns the number of parts of a batch that ranks may share.</summary>
    /// <param name="batch"><c>B</c></param>
    public abstract int PartsOf(int batch);

    public abstract void Dispose();
}
