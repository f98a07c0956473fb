using System.ComponentModel.DataAnnotations;
using Ntm.Core;
using Ntm.Tasks;
using static TorchSharp.torch.optim;

namespace Ntm.Training;

/// <summary>Options for the training of a model.</summary>
public sealed class TrainingOptions
{
    private const long DefaultSequences = 100_000;

    private long? _sequences;
    private long? _sequencesOfEpochs;

    /// <summary>The optimizer with its numbers, including the learning rate: <c>Optimizer = new GravesRmsProp { LearningRate = 5e-4 }</c>.</summary>
    /// <value>The default value is <see cref="RmsProp"/> with its defaults.</value>
    public OptimizerOptions Optimizer { get; set; } = new RmsProp();

    /// <summary>
    /// Creates one of torch's optimizers from the model's parameters, used in place of <see cref="Optimizer"/>: <c>model => optim.Adam(...)</c>. Its groups of
    /// parameters may have rates of their own, which <see cref="Schedule"/> or <see cref="Scheduler"/> changes in proportion. Gradients are clipped by <see
    /// cref="GradientClipping"/> over all parameters before its step. A parameter in no group is not trained.
    /// </summary>
    /// <remarks>
    /// It is called at the start of every training, also of one that resumes, and must create a new optimizer each time, which the trainer disposes. A
    /// checkpoint has the optimizer's state as TorchSharp saves it, and is refused by a training whose optimizer has another type, other groups or other
    /// numbers. A parameter that the loss does not depend on has a gradient of zeros, so weight decay and momentum change it.
    /// </remarks>
    /// <value>The default value is <see langword="null"/>.</value>
    public Func<ISequenceModel, Optimizer>? TorchOptimizer { get; set; }

    /// <summary>The course of the learning rate over <see cref="Sequences"/>.</summary>
    /// <value>The default value is <see cref="LearningRateSchedule.Constant"/>, the paper's.</value>
    public LearningRateSchedule Schedule { get; set; }

    /// <summary>The learning rate at the end of the schedule, as a share of <see cref="OptimizerOptions.LearningRate"/>; ignored by a constant
    /// schedule.</summary>
    /// <value>The default value is 0.</value>
    [Range(0.0, 1.0)]
    public double FinalRate { get; set; }

    /// <summary>
    /// The number of sequences after which the schedule has completed and begins again, to end with <see cref="Sequences"/> (a warm restart, Loshchilov and
    /// Hutter 2016); <see langword="null"/> for never. This extends a finished run: with more sequences and a restart where it ended, the result is
    /// bit-identical to a run with both from the start. Ignored if the run ends earlier, and by a constant schedule.
    /// </summary>
    /// <value>The default value is <see langword="null"/>.</value>
    [Range(1, 1_000_000_000_000)]
    public long? RestartAt { get; set; }

    /// <summary>The learning rate at the restart, as a share of <see cref="OptimizerOptions.LearningRate"/>.</summary>
    /// <value>The default value is 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double RestartRate { get; set; } = 1;

    /// <summary>
    /// Creates one of torch's schedulers, used instead of <see cref="Schedule"/>. It is stepped once with every update, and the training uses the rate
    /// of its optimizer, which begins with <see cref="OptimizerOptions.LearningRate"/>. A resumed training steps it as often as
    /// there were updates, so its rates must not depend on anything else.
    /// </summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public Func<Optimizer, lr_scheduler.LRScheduler>? Scheduler { get; set; }

    /// <summary>The way in which gradients are clipped.</summary>
    /// <value>The default value is <see cref="ClipByValue"/> with 10, the paper's.</value>
    public GradientClipping GradientClipping { get; set; } = new ClipByValue();

    /// <summary>
    /// The decay of an exponential moving average of the parameters over the updates, which is evaluated and, when the training ends, given to the
    /// model, in place of the last parameters (Polyak and Juditsky 1992). It removes the noise of single updates, with it rare errors, and most of the need for a
    /// rate that falls to 0. The average reaches back over about <c>1 / (1 - decay)</c> updates, at the start over fewer. Buffers are not averaged.
    /// <see langword="null"/> for none.
    /// </summary>
    /// <remarks>While a training runs, the model and its checkpoints have the parameters that are trained; a checkpoint has the average as well, from which the
    /// training resumes. A training that ends by an exception leaves the trained parameters.</remarks>
    /// <value>The default value is <see langword="null"/>.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? WeightAverage { get; set; }

    /// <summary>The number of sequences per update, <c>B</c>.</summary>
    /// <value>The default value is 1, the paper's: with RMSprop, many small updates learn these tasks soonest.</value>
    [Range(1, 65536)]
    public int BatchSize { get; set; } = 1;

    /// <summary>The number of sequences whose gradient is computed at a time. Longer batches are divided into micro-batches of consecutive sequences, the last
    /// possibly smaller, whose gradients are added in a fixed order. That needs less memory, and lets several processes share a batch where the gradient comes
    /// from autograd or a loss function (see <see cref="Trainer.Exchange"/>). A loss function is called with a micro-batch.
    /// <see langword="null"/> for the whole batch.</summary>
    /// <remarks>The result differs from that of whole batches in the last bits. With autograd it also depends on torch's number of threads
    /// (<c>torch.set_num_threads</c>), which must be equal on all ranks, and equal to that of one process for bit-identical results.</remarks>
    /// <value>The default value is <see langword="null"/>.</value>
    [Range(1, 65536)]
    public int? MicroBatchSize { get; set; }

    /// <summary>The maximum number of sequences to train on. In the options of a running training it has the number that <see cref="Epochs"/> stands
    /// for.</summary>
    /// <value>The default value is 100,000.</value>
    [Range(1, 1_000_000_000_000)]
    public long Sequences
    {
        get => _sequences ?? _sequencesOfEpochs ?? DefaultSequences;
        set => _sequences = value;
    }

    /// <summary>The number of times to train on all sequences of a task with data (<see cref="SequenceTask.CountOf"/>), instead of <see cref="Sequences"/>;
    /// <see langword="null"/> to give their number.</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    [Range(1, 1_000_000)]
    public int? Epochs { get; set; }

    /// <summary>Whether the number of sequences was set.</summary>
    internal bool HasSequences => _sequences is not null;

    /// <summary>Seed of the training data.</summary>
    /// <value>The default value is 1.</value>
    [Range(0, int.MaxValue)]
    public int Seed { get; set; } = 1;

    /// <summary>The number of sequences between two progress reports, which are also the points of the learning curve.</summary>
    /// <value>The default value is 500.</value>
    [Range(1, 1_000_000_000)]
    public long ReportInterval { get; set; } = 500;

    /// <summary>The number of sequences between two evaluations on held-out sequences; 0 for none.</summary>
    /// <value>The default value is 2,000.</value>
    [Range(0, 1_000_000_000)]
    public long EvaluationInterval { get; set; } = 2_000;

    /// <summary>The number of held-out sequences that must reach the goal together. An evaluation that fails early, or whose result has no effect
    /// (see <see cref="StopWhenSolved"/>), uses fewer.</summary>
    /// <value>The default value is 10,000. If the task's validation part has fewer (<see cref="SequenceTask.CountOf"/>), every evaluation uses all of
    /// them.</value>
    [Range(1, 1_000_000)]
    public int EvaluationSequences { get; set; } = 10_000;

    /// <summary>The number of evaluations in a row that must reach the goal, each on separate sequences if there are enough, before the task counts as solved.</summary>
    /// <value>The default value is 2: a single success may have been luck.</value>
    [Range(1, 1_000)]
    public int SolvedEvaluations { get; set; } = 2;

    /// <summary>The metrics that evaluations on held-out sequences compute besides cost and errors, each of another name; see <see
    /// cref="EvaluationPoint.Metrics"/>. Those of <see cref="Goals"/> and observers (<see cref="ITrainingObserver.Metrics"/>) need not be listed.</summary>
    /// <value>The default value is none.</value>
    public IReadOnlyList<Metric> Metrics { get; set; } = [];

    /// <summary>The goals that an evaluation must reach, all of them, in place of the task's own (<see cref="SequenceTask.Goal"/>); empty for the task's.</summary>
    /// <value>The default value is none.</value>
    public IReadOnlyList<MetricGoal> Goals { get; set; } = [];

    /// <summary>Whether to stop as soon as the task is solved.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool StopWhenSolved { get; set; } = true;

    /// <summary>
    /// The share of what has been learned that an evaluation may lose; a larger loss counts as divergence. What has been learned is the cost of
    /// the first evaluation minus the lowest cost since then. A share of 1 means back at the start; a model that errs with confidence is worse than that.
    /// <see langword="null"/> allows any loss, because many runs recover on their own.
    /// </summary>
    /// <value>The default value is <see langword="null"/>.</value>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double? CollapseShare { get; set; }

    /// <summary>The reaction to a loss or gradient that is NaN or infinite, or to the loss of too much of what was learned (<see
    /// cref="CollapseShare"/>).</summary>
    /// <value>The default value is <see cref="DivergencePolicy.Stop"/>.</value>
    public DivergencePolicy OnDivergence { get; set; }

    /// <summary>The maximum number of returns to a checkpoint, see <see cref="DivergencePolicy.LowerRate"/>.</summary>
    /// <value>The default value is 3.</value>
    [Range(1, 1_000)]
    public int MaxRollbacks { get; set; } = 3;

    /// <summary>The factor of the learning rate at a return to a checkpoint.</summary>
    /// <value>The default value is 0.5.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double RollbackRate { get; set; } = 0.5;

    /// <summary>The options for checkpoints, from which the training can resume; <see langword="null"/> for none.</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public CheckpointOptions? Checkpoints { get; set; }

    /// <summary>Returns an independent copy.</summary>
    public TrainingOptions Clone()
    {
        var copy = (TrainingOptions)MemberwiseClone();
        copy.Optimizer = Optimizer?.Clone()!;
        copy.GradientClipping = GradientClipping?.Clone()!;
        copy.Checkpoints = Checkpoints?.Clone();
        copy.Metrics = Metrics is null ? null! : [.. Metrics];
        copy.Goals = Goals is null ? null! : [.. Goals];
        return copy;
    }

    /// <summary>Sets the number of sequences that <see cref="Epochs"/> stands for, and checks that the task has the data that the options need.</summary>
    /// <exception cref="ArgumentException">The task has no such data; the message names the option.</exception>
    internal void Resolve(SequenceTask task)
    {
        if (EvaluationInterval > 0 && task.CountOf(DataPart.Validation) == 0)
        {
            throw new ArgumentException(
                $"The task {task.Name} has no validation part, and {nameof(EvaluationInterval)} is {EvaluationInterval}; expected a validation part, or 0, with {nameof(StopWhenSolved)} false.",
                nameof(task));
        }

        if (Epochs is not { } epochs)
            return;
        var count = task.CountOf(DataPart.Training) ?? throw new ArgumentException(
            $"The task {task.Name} does not know the number of its training sequences, and {nameof(Epochs)} is {epochs}; expected {nameof(Sequences)} instead.", nameof(task));
        _sequencesOfEpochs = checked(epochs * count);
    }
}
