using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch.optim;

namespace Ntm.Training;

/// <summary>How a model is trained.</summary>
public sealed class TrainingOptions
{
    /// <summary>The optimizer with its numbers, among them the learning rate: <c>Optimizer = new GravesRmsProp { LearningRate = 5e-4 }</c>.</summary>
    /// <value>The default value is <see cref="RmsProp"/> with its defaults.</value>
    public OptimizerOptions Optimizer { get; set; } = new RmsProp();

    /// <summary>How the learning rate changes over <see cref="Sequences"/>.</summary>
    /// <value>The default value is <see cref="LearningRateSchedule.Constant"/>, the paper's.</value>
    public LearningRateSchedule Schedule { get; set; }

    /// <summary>What the schedule ends at, as a share of <see cref="OptimizerOptions.LearningRate"/>; a constant schedule ignores it.</summary>
    /// <value>The default value is 0.</value>
    [Range(0.0, 1.0)]
    public double FinalRate { get; set; }

    /// <summary>
    /// Sequences after which the schedule has run through and begins again, to end with <see cref="Sequences"/> (a warm restart, Loshchilov and
    /// Hutter 2016); <see langword="null"/> for never. A training that has ended goes on so: with more sequences, and a restart where it ended,
    /// it arrives at the bits of one that was begun with both. A training that ends before, and a constant schedule, ignore it.
    /// </summary>
    /// <value>The default value is <see langword="null"/>.</value>
    [Range(1, 1_000_000_000_000)]
    public long? RestartAt { get; set; }

    /// <summary>What the schedule begins again at, as a share of <see cref="OptimizerOptions.LearningRate"/>.</summary>
    /// <value>The default value is 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double RestartRate { get; set; } = 1;

    /// <summary>
    /// Makes one of torch's schedulers, in place of <see cref="Schedule"/>: it is stepped once with every update, and the rate that it
    /// gives its optimizer, which begins with <see cref="OptimizerOptions.LearningRate"/>, is the training's. A training that goes on steps it as often as
    /// there were updates, so its rates must depend on nothing else.
    /// </summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public Func<Optimizer, lr_scheduler.LRScheduler>? Scheduler { get; set; }

    /// <summary>How gradients are clipped.</summary>
    /// <value>The default value is <see cref="ClipByValue"/> with 10, the paper's.</value>
    public GradientClipping GradientClipping { get; set; } = new ClipByValue();

    /// <summary>Sequences per update, <c>B</c>.</summary>
    /// <value>The default value is 1, the paper's: with RMSprop many small updates learn these tasks soonest.</value>
    [Range(1, 65536)]
    public int BatchSize { get; set; } = 1;

    /// <summary>Sequences to train on, at most.</summary>
    /// <value>The default value is 100,000.</value>
    [Range(1, 1_000_000_000_000)]
    public long Sequences { get; set; } = 100_000;

    /// <summary>Seed of the training data.</summary>
    /// <value>The default value is 1.</value>
    [Range(0, int.MaxValue)]
    public int Seed { get; set; } = 1;

    /// <summary>Sequences between two progress reports, which also are the points of the learning curve.</summary>
    /// <value>The default value is 500.</value>
    [Range(1, 1_000_000_000)]
    public long ReportInterval { get; set; } = 500;

    /// <summary>Sequences between two evaluations on held-out sequences; 0 for none.</summary>
    /// <value>The default value is 2,000.</value>
    [Range(0, 1_000_000_000)]
    public long EvaluationInterval { get; set; } = 2_000;

    /// <summary>Held-out sequences that must reach the task's goal together; an evaluation that fails at once, or that nothing depends on
    /// (see <see cref="StopWhenSolved"/>), looks at fewer.</summary>
    /// <value>The default value is 10,000.</value>
    [Range(1, 1_000_000)]
    public int EvaluationSequences { get; set; } = 10_000;

    /// <summary>Evaluations in a row that must reach the task's goal, each on sequences of its own, before it counts as solved.</summary>
    /// <value>The default value is 2: the first that succeeds may have been lucky.</value>
    [Range(1, 1_000)]
    public int SolvedEvaluations { get; set; } = 2;

    /// <summary>Whether to stop as soon as the task is solved.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool StopWhenSolved { get; set; } = true;

    /// <summary>
    /// The share of what had been learned that an evaluation may have lost; more counts as divergence. What had been learned is the cost of
    /// the first evaluation less the lowest since; a share of 1 is back where it began, and a model that errs with confidence is worse.
    /// <see langword="null"/> for any, since many a training recovers by itself.
    /// </summary>
    /// <value>The default value is <see langword="null"/>.</value>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double? CollapseShare { get; set; }

    /// <summary>What happens when a loss or gradient is NaN or infinite, or too much of what was learned is lost (<see cref="CollapseShare"/>).</summary>
    /// <value>The default value is <see cref="DivergencePolicy.Stop"/>.</value>
    public DivergencePolicy OnDivergence { get; set; }

    /// <summary>How often a training may return to a checkpoint, see <see cref="DivergencePolicy.LowerRate"/>.</summary>
    /// <value>The default value is 3.</value>
    [Range(1, 1_000)]
    public int MaxRollbacks { get; set; } = 3;

    /// <summary>What a return to a checkpoint multiplies the learning rate by.</summary>
    /// <value>The default value is 0.5.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double RollbackRate { get; set; } = 0.5;

    /// <summary>Where and how often the training is saved so that it can go on; <see langword="null"/> for never.</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public CheckpointOptions? Checkpoints { get; set; }

    /// <summary>An independent copy.</summary>
    public TrainingOptions Clone()
    {
        var copy = (TrainingOptions)MemberwiseClone();
        copy.Optimizer = Optimizer?.Clone()!;
        copy.GradientClipping = GradientClipping?.Clone()!;
        copy.Checkpoints = Checkpoints?.Clone();
        return copy;
    }
}
