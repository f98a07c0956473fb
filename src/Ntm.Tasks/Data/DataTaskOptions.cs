using System.ComponentModel.DataAnnotations;
using Ntm.Core;

namespace Ntm.Tasks;

/// <summary>Options for a <see cref="DataTask"/>.</summary>
public sealed class DataTaskOptions
{
    /// <summary>The loss that a model is trained with and scored by.</summary>
    /// <value>The default value is <see langword="null"/>: <see cref="LossKind.SoftmaxCrossEntropy"/> if the training part has classes, otherwise <see
    /// cref="LossKind.BinaryCrossEntropy"/>.</value>
    public LossKind? Loss { get; set; }

    /// <summary>A function that computes the loss in place of <see cref="Loss"/>, which then only determines the valid targets and which of them count as
    /// wrong.</summary>
    /// <value>The default value is <see langword="null"/>: the sum of the losses of the <see cref="ChannelGroups"/> if they have any, otherwise none.</value>
    public LossFunction? LossFunction { get; set; }

    /// <summary>The goal at which the task counts as solved.</summary>
    /// <value>The default value is <see langword="null"/>: nothing wrong, and almost no cost, see <see cref="SequenceTask.Goal"/>.</value>
    public TaskGoal? Goal { get; set; }

    /// <summary>The parts of a target that are reported separately, in the order of their channels: every channel belongs to one group.</summary>
    /// <value>The default value is empty: one group with all channels.</value>
    public IReadOnlyList<ChannelGroup> ChannelGroups { get; set; } = [];

    /// <summary>Whether the sequences of the training part are in another order in every epoch. The order is a function of the training's seed and the
    /// epoch. Validation and test parts are read in their own order.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Shuffle { get; set; } = true;

    /// <summary>The number of adjacent sequences of the training part that have similar lengths: the batch size of the training, because the shorter
    /// sequences of a batch are padded. The groups are shuffled, but the sequences of a group are less mixed. 0 or 1 for any lengths.</summary>
    /// <value>The default value is 0.</value>
    [Range(0, 65536)]
    public int SimilarLengths { get; set; }

    /// <summary>The share of the training part that is held out for validation, if there is no validation part.</summary>
    /// <value>The default value is <see langword="null"/>: 0.1 for a training part of at least 2 sequences that is a <see cref="SequenceSource"/> and if there is
    /// no validation part, otherwise 0.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? ValidationShare { get; set; }

    /// <summary>The share of the training part that is held out for the test, if there is no test part.</summary>
    /// <value>The default value is <see langword="null"/>: 0.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? TestShare { get; set; }

    /// <summary>Seed of the choice of the sequences that are held out. It is not the training's seed, so trainings of other seeds have the same
    /// parts.</summary>
    /// <value>The default value is 0.</value>
    [Range(0, int.MaxValue)]
    public int SplitSeed { get; set; }

    /// <summary>Returns an independent copy.</summary>
    internal DataTaskOptions Clone()
    {
        var copy = (DataTaskOptions)MemberwiseClone();
        copy.ChannelGroups = [.. ChannelGroups ?? []];
        return copy;
    }
}
