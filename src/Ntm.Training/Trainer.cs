using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Checkpoints;
using Ntm.Training.Distributed;
using Ntm.Training.Observers;

namespace Ntm.Training;

/// <summary>
/// Trains a model on a task: draws batches, computes gradients, clips, updates, evaluates, saves, reports. The same model, task, options and
/// machine give bit-identical results, however often the training is interrupted and resumed.
/// </summary>
/// <remarks>
/// Training runs on the device of the model's parameters at the start: on the CPU, or after <c>model.to(CUDA)</c> on a GPU, to which batches are
/// copied and where gradient, clipping and update stay. Checkpoints are the same on both, so a training may resume on the other device. Its results then
/// differ in the last bits, like those of the other device.
/// <para>
/// A model that is a torch module, or lists its modules (<see cref="ISequenceModel.modules"/>), is in eval mode during evaluations, and every
/// module's mode is restored after each. A model in eval mode is put into train mode for the training. In a model
/// in train mode, modules in eval mode stay in eval mode.
/// </para>
/// <para>
/// The masks of <see cref="NtmOptions.Dropout"/> are a function of the seed and the number of the sequence in the training, for every <see cref="NtmCell"/>
/// among the model's modules (<see cref="NtmCell.DropoutPosition"/>).
/// </para>
/// <para>The sequences that a task draws are checked (<see cref="SequenceTask.Draw(ref TaskRandom, SequenceBuffer)"/>).</para>
/// </remarks>
public sealed class Trainer
{
    private readonly ISequenceModel _model;
    private readonly SequenceTask _task;
    private readonly TrainingOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates a trainer.</summary>
    /// <param name="model">The model; the caller keeps ownership.</param>
    /// <param name="task">The task; its sizes must match the model's.</param>
    /// <param name="options">The options; copied. <see langword="null"/> for the defaults.</param>
    /// <param name="logger">The logger; <see langword="null"/> for none.</param>
    /// <exception cref="OptionsValidationException">An option is out of range; the message names it.</exception>
    /// <exception cref="ArgumentException">The task's sizes do not match the model's, it lacks the data that the options need, or there are checkpoints and the
    /// model does not list its buffers (<see cref="ISequenceModel.named_buffers"/>); or two metrics have one name, or one is not known of the task.</exception>
    public Trainer(ISequenceModel model, SequenceTask task, TrainingOptions? options = null, ILogger<Trainer>? logger = null)
    {
        Evaluator.CheckSizes(model, task);
        _options = options?.Clone() ?? new TrainingOptions();
        TrainingOptionsValidator.ThrowIfInvalid(_options);
        _options.Resolve(task);
        _options.Metrics = _options.Metrics.With(_options.Goals.Select(g => g.Metric), $"{nameof(TrainingOptions)}.{nameof(TrainingOptions.Goals)}");
        MetricList.ThrowIfBad(_options.Metrics, task, $"{nameof(TrainingOptions)}.{nameof(TrainingOptions.Metrics)}");
        if (_options.Checkpoints is not null)
            ModelWeights.ThrowIfUnknown(model);
        (_model, _task) = (model, task);
        _logger = logger ?? NullLogger<Trainer>.Instance;
    }

    /// <summary>The observers; add yours before the training starts.</summary>
    public IList<ITrainingObserver> Observers { get; } = [];

    /// <summary>
    /// The connection of several processes that share this training, each of which has a trainer with the same settings; <see langword="null"/> for one
    /// process. <see cref="TrainingOptions.BatchSize"/> is the number of sequences of all of them together. The results are bit-identical for any number of
    /// processes, and a checkpoint may be resumed by another number. The caller keeps ownership.
    /// </summary>
    /// <remarks>
    /// Rank 0 alone logs, calls observers and progress, and saves checkpoints; the ranks start from its weights. Every rank gets the same result. A gradient of
    /// the CPU engine is shared as it is; one from autograd, from a loss function or on another device requires <see
    /// cref="TrainingOptions.MicroBatchSize"/>. Settings that differ are refused on all ranks. If one rank fails alone, it ends the others by <see
    /// cref="IGradientExchange.Abort"/>. A cancellation of one rank ends all after the current update.
    /// </remarks>
    public IGradientExchange? Exchange { get; init; }

    /// <summary>Whether gradient and optimizer are tensors on the CPU as well, which only other devices need: for tests.</summary>
    internal bool UsesTensors { get; init; }

    /// <summary>Trains from the start until the task is solved, all sequences have been seen, an observer ends the training, or it is cancelled.</summary>
    /// <param name="progress">Receives every point of the learning curve, on the training thread.</param>
    /// <param name="cancellationToken">Ends the training after the current batch. The result stays in the model, and in a checkpoint
    /// if there are any.</param>
    /// <exception cref="TrainingDivergedException">A loss or gradient was NaN or infinite; the update was not made.</exception>
    /// <exception cref="InvalidOperationException">The task drew a sequence that cannot be learned; the message names the task, sequence, step, channel and
    /// value.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed, on any thread.</exception>
    /// <exception cref="ArgumentException">A metric of an observer has the name of another one, or is not known of the task.</exception>
    /// <exception cref="ExchangeException">The ranks of <see cref="Exchange"/> do not fit together, or their connection failed.</exception>
    /// <exception cref="IOException">The checkpoints' folder cannot be created, or has checkpoints of another training.</exception>
    public TrainingResult Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Run(null, progress, cancellationToken);

    /// <summary>Resumes from a checkpoint. The result is bit-identical to that of a training that was never interrupted.</summary>
    /// <remarks>The options must be those of the checkpoint, except for those about how long to train, when to evaluate, report and save, and what to do
    /// about divergence. After an evaluation the metrics must be those of the checkpoint. With other <see cref="TrainingOptions.Goals"/> the evaluations that reach
    /// them are counted from 0. More <see cref="TrainingOptions.Sequences"/> extend the learning rate schedule over the longer training.</remarks>
    /// <param name="checkpoint">The checkpoint, of a model and task like the trainer's.</param>
    /// <param name="progress">See <see cref="Train"/>.</param>
    /// <param name="cancellationToken">See <see cref="Train"/>.</param>
    /// <exception cref="ArgumentException">A metric of an observer has the name of another one, or is not known of the task.</exception>
    /// <exception cref="CheckpointException">The checkpoint is of another model, task, or training; nothing was changed.</exception>
    /// <exception cref="ExchangeException">The ranks of <see cref="Exchange"/> do not fit together, or their connection failed.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient was NaN or infinite; the update was not made.</exception>
    /// <exception cref="InvalidOperationException">The task drew a sequence that cannot be learned; the message names the task, sequence, step, channel and
    /// value.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed, on any thread.</exception>
    public TrainingResult Resume(
        TrainingCheckpoint checkpoint, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ModelWeights.ThrowIfUnknown(_model);
        return Run(checkpoint, progress, cancellationToken);
    }

    private TrainingResult Run(TrainingCheckpoint? checkpoint, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var ranks = Ranks.Of(Exchange);
        if (ranks is null)
        {
            using var training = Begin(checkpoint, progress, null);
            return training.Run(cancellationToken);
        }

        var (shared, failure) = TryBegin(checkpoint, progress, ranks);
        using (shared)
        {
            Launch.Agree(ranks, failure, shared?.Settings(checkpoint) ?? []);
            // The others know, and end as well.
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
            try
            {
                return shared!.Run(cancellationToken);
            }
            catch (Exception e) when (e is not (ExchangeException or TrainingDivergedException))
            {
                ranks.Exchange.Abort(e);
                throw;
            }
        }
    }

    private (TrainingLoop? Training, Exception? Failure) TryBegin(TrainingCheckpoint? checkpoint, IProgress<TrainingProgress>? progress, Ranks ranks)
    {
        try
        {
            Launch.ThrowIfTooSmall(ranks, _options);
            return (Begin(checkpoint, progress, ranks), null);
        }
        catch (Exception e)
        {
            return (null, e);
        }
    }

    private TrainingLoop Begin(TrainingCheckpoint? checkpoint, IProgress<TrainingProgress>? progress, Ranks? ranks)
    {
        ITrainingObserver[] observers = progress is null ? [.. Observers] : [new ProgressObserver(progress), .. Observers];
        var options = _options.Clone();
        foreach (var observer in observers)
            options.Metrics = options.Metrics.With(observer.Metrics, $"The observer {observer.GetType().Name}");
        MetricList.ThrowIfBad(options.Metrics, _task, nameof(ITrainingObserver.Metrics));
        checkpoint?.ThrowIfOfAnother(_task, options);
        var logger = ranks?.IsFirst == false ? NullLogger.Instance : _logger;
        var group = new ObserverGroup(ranks?.IsFirst == false ? [] : observers, logger);
        return new TrainingLoop(_model, _task, options, checkpoint, group, logger, UsesTensors, ranks);
    }
}
