using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Training;

namespace Ntm.Paper.Settings;

/// <summary>
/// Everything that decides a training run. Each property is an option on the command line and a key in a settings file, both by its
/// name in kebab case: the description and range here are those the user sees. So is each property of the chosen <see cref="OptionGroup"/>s, the
/// options classes of the library.
/// </summary>
internal sealed class TrainSettings
{
    [Description("The task.")]
    [Category(SettingSection.Run)]
    public required string Task { get; set; }

    [Description("The model: a Neural Turing Machine with an LSTM, feedforward or GRU controller, or the LSTM network that the paper compares with. The paper has no GRU.")]
    [Category(SettingSection.Model)]
    public Architecture Architecture { get; set; }

    [Description("Where the other settings start from: 'fast' reaches the goal soonest, 'paper' is the paper's.")]
    [Category(SettingSection.Run)]
    public string Preset { get; set; } = "fast";

    [Description("The optimizer.")]
    [Category(SettingSection.Optimizer)]
    public OptimizerOptions Optimizer { get; set; } = new RmsProp();

    [Description("How gradients are clipped: every element, their norm over all parameters, or not at all.")]
    [Category(SettingSection.Optimizer)]
    public GradientClipping GradientClipping { get; set; } = new ClipByValue();

    [Description("How the learning rate changes over the sequences.")]
    [Category(SettingSection.Optimizer)]
    public LearningRateSchedule Schedule { get; set; }

    [Description("What the schedule ends at, as a share of the learning rate.")]
    [Category(SettingSection.Optimizer)]
    [Range(0.0, 1.0)]
    public double FinalRate { get; set; }

    [Description("Sequences after which the schedule has run through and begins again, to end with --sequences; by default never. Extends a finished run; ignored if the run ends earlier.")]
    [Category(SettingSection.Optimizer)]
    [MayChange]
    [Range(1, 1_000_000_000_000)]
    public long? RestartAt { get; set; }

    [Description("What the schedule begins again at (--restart-at), as a share of the learning rate.")]
    [Category(SettingSection.Optimizer)]
    [MayChange]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double RestartRate { get; set; } = 1;

    [Description("The decay of an average of the weights over the updates, which is evaluated and saved in place of the last weights: 0.999 averages over about 1,000 updates. By default none.")]
    [Category(SettingSection.Optimizer)]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? WeightAverage { get; set; }

    [Description("Sequences per update.")]
    [Category(SettingSection.Optimizer)]
    [Range(1, 65536)]
    public int BatchSize { get; set; } = 1;

    [Description("Sequences whose gradient is computed at a time; a larger batch is divided, and the gradients are added in a fixed order. Several processes need it to share a batch where the model has no engine; torch then has one thread, unless --threads is given. By default the whole batch.")]
    [Category(SettingSection.Optimizer)]
    [Range(1, 65536)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MicroBatchSize { get; set; }

    [Description("Multiplies the learning rate by the batch size over that of the preset ('linear'), or by the root of that ('sqrt'). It is never done otherwise.")]
    [Category(SettingSection.Optimizer)]
    public RateScaling ScaleLr { get; set; }

    [Description("Sequences to train on, at most.")]
    [Category(SettingSection.Run)]
    [Range(1, 1_000_000_000_000)]
    [MayChange]
    public long Sequences { get; set; } = 100_000;

    [Description("Read heads, and as many write heads; --read-heads and --write-heads say it of one kind.")]
    [Category(SettingSection.Model)]
    [AppliesToModels(Architecture.NtmLstm, Architecture.NtmFeedforward, Architecture.NtmGru)]
    [Range(1, 256)]
    public int? Heads
    {
        get => Ntm.ReadHeads == Ntm.WriteHeads ? Ntm.ReadHeads : null;
        set => (Ntm.ReadHeads, Ntm.WriteHeads) = value is { } heads ? (heads, heads) : (Ntm.ReadHeads, Ntm.WriteHeads);
    }

    [Description("A model whose weights this training starts with: a model's file, or a run's folder. It must have the same sizes; --config with the settings.json of its run has them.")]
    [Category(SettingSection.Model)]
    [ValueName("model")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; set; }

    /// <summary>The options of a Neural Turing Machine; its widths are the task's, its controller is the architecture's.</summary>
    [JsonIgnore]
    public NtmOptions Ntm { get; } = new();

    /// <summary>The options of an LSTM network.</summary>
    [JsonIgnore]
    public LstmOptions Lstm { get; } = new();

    /// <summary>The options of the task; <see langword="null"/> if there is no such task.</summary>
    [JsonIgnore]
    public object? Data => field ??= TaskCatalog.FindOrNull(Task)?.CreateOptions();

    [Description("Seed of the first weights and of the training data.")]
    [Category(SettingSection.Data)]
    [Range(0, int.MaxValue)]
    public int Seed { get; set; } = 1;

    [Description("Threads; 0 for one per core.")]
    [Category(SettingSection.Run)]
    [Range(0, 1024)]
    [MayChange]
    public int Threads { get; set; }

    [Description("Where the model is trained: on the CPU, on a GPU, which needs libtorch for CUDA, on the GPU of that number from 0, or on an Apple GPU; by default on the CPU, and with --engine cuda on the GPU.")]
    [Category(SettingSection.Run)]
    [MayChange]
    [ValueName(TrainingDevice.Names)]
    [RegularExpression(TrainingDevice.Pattern)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Device { get; set; }

    [Description("What computes the sequences; each engine on its own device.")]
    [Category(SettingSection.Run)]
    [AppliesToModels(Architecture.NtmLstm, Architecture.NtmFeedforward, Architecture.NtmGru)]
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    [Description("'solved' stops when two checks in a row, each on 10,000 other held-out sequences, reach the task's goal: a mean cost below the goal's, and, unless the task cannot be learned without error, no wrong bit. 'end' trains on all sequences.")]
    [Category(SettingSection.Run)]
    [MayChange]
    public Until Until { get; set; } = Until.Solved;

    [Description("Sequences between two points of the learning curve.")]
    [Category(SettingSection.Output)]
    [Range(1, 1_000_000_000)]
    [MayChange]
    public long ReportInterval { get; set; } = 500;

    [Description("Sequences between two checks on held-out sequences. What progress lines call held out is over 200 of them, until these are good enough to look at all 10,000.")]
    [Category(SettingSection.Run)]
    [Range(1, 1_000_000_000)]
    [MayChange]
    public long EvaluationInterval { get; set; } = 2_000;

    [Description("Sequences between two checkpoints, from which an interrupted training resumes.")]
    [Category(SettingSection.Output)]
    [MayChange]
    [Range(1, 1_000_000_000_000)]
    public long CheckpointInterval { get; set; } = 10_000;

    [Description("Minutes between two checkpoints, whatever the sequences; 0 for none.")]
    [Category(SettingSection.Output)]
    [MayChange]
    [Range(0.0, 1e6)]
    public double CheckpointMinutes { get; set; } = 5;

    [Description("How many of the newest checkpoints are kept.")]
    [Category(SettingSection.Output)]
    [MayChange]
    [Range(1, 1_000_000)]
    public int KeepCheckpoints { get; set; } = 3;

    [Description("What happens when a loss or gradient is not finite, or what was learned is lost (--collapse-share): 'stop', or 'lower-rate', to go back to the last checkpoint with a lower learning rate (--rollback-rate).")]
    [Category(SettingSection.Optimizer)]
    [MayChange]
    public DivergencePolicy OnDivergence { get; set; }

    [Description("The share of what had been learned that a check on held-out sequences may find lost; more counts as divergence. By default any, since many runs recover on their own.")]
    [Category(SettingSection.Optimizer)]
    [MayChange]
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double? CollapseShare { get; set; }

    [Description("How often a training may go back to a checkpoint.")]
    [Category(SettingSection.Optimizer)]
    [MayChange]
    [Range(1, 1_000)]
    public int MaxRollbacks { get; set; } = 3;

    [Description("What each return to a checkpoint multiplies the learning rate by.")]
    [Category(SettingSection.Optimizer)]
    [MayChange]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double RollbackRate { get; set; } = 0.5;

    [Description("Rounds after the training: branches of the model train on, each on its own sequences, and the next round starts from the one that is nearest to the goals on held-out sequences, in and beyond the training range. The best of all is kept. 0 for none.")]
    [Category(SettingSection.Branches)]
    [MayChange]
    [Range(0, 1_000_000)]
    public int Generations { get; set; }

    [Description("Branches of each generation.")]
    [Category(SettingSection.Branches)]
    [Range(1, 1_000)]
    public int Branches { get; set; } = 6;

    [Description("Sequences that each branch trains on.")]
    [Category(SettingSection.Branches)]
    [Range(1, 1_000_000_000)]
    public long BranchSequences { get; set; } = 1_500;

    [Description("The learning rate that a branch begins with, as a share of --lr; every third begins with half of it, and every third with twice as much. It ends with a tenth.")]
    [Category(SettingSection.Branches)]
    [Range(0, 1e3, MinimumIsExclusive = true)]
    public double BranchRate { get; set; } = 0.5;

    [Description("Sequences that the best of all generations trains on in the end, with --settle-batch of them at once: larger batches remove the rare errors that the generations leave. What comes of it is kept if it is better. 0 for none.")]
    [Category(SettingSection.Branches)]
    [MayChange]
    [Range(0, 1_000_000_000_000)]
    public long SettleSequences { get; set; }

    [Description("Sequences per update while settling.")]
    [Category(SettingSection.Branches)]
    [Range(1, 65536)]
    public int SettleBatch { get; set; } = 16;

    [Description("The learning rate that settling begins with, as a share of --lr. It ends with 0.")]
    [Category(SettingSection.Branches)]
    [Range(0, 1e3, MinimumIsExclusive = true)]
    public double SettleRate { get; set; } = 0.2;

    [Description("Evaluations in a row without a lower cost than ever before, after which the training ends; 0 for never.")]
    [Category(SettingSection.Run)]
    [MayChange]
    [Range(0, 1_000_000)]
    public int Patience { get; set; }

    [Description("The folder for model, history and settings; by default runs/TASK, or runs/TASK-ARCHITECTURE for another architecture than ntm-lstm.")]
    [Category(SettingSection.Output)]
    [ValueName("folder")]
    public string? Out { get; set; }

    /// <summary>The chosen options.</summary>
    /// <param name="choice">What is chosen, see <see cref="OptionGroup.Choice"/>.</param>
    public object? OptionsOf(string choice) => choice switch
    {
        OptionGroup.Optimizer => Optimizer,
        OptionGroup.Clipping => GradientClipping,
        OptionGroup.Architecture => Architecture == Architecture.Lstm ? Lstm : Ntm,
        _ => Data,
    };

    /// <summary>An independent copy.</summary>
    public TrainSettings Clone() => JsonSerializer.SerializeToNode(this, SettingsJson.Options)!.Deserialize<TrainSettings>(SettingsJson.Options)!;
}

/// <summary>How the learning rate depends on the batch.</summary>
internal enum RateScaling
{
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("linear")]
    Linear,

    [JsonStringEnumMemberName("sqrt")]
    Sqrt,
}

/// <summary>When a training ends.</summary>
internal enum Until
{
    [JsonStringEnumMemberName("solved")]
    Solved,

    [JsonStringEnumMemberName("end")]
    End,
}
