using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Paper.Settings;

namespace Ntm.Paper.OwnData;

/// <summary>The settings of a training on the user's own sequences. Those of the same name and type are <see cref="Ntm.Tasks.DataTaskOptions"/>'.</summary>
internal sealed class DataSettings
{
    [Description("A safetensors file with the sequences to train on: 'inputs' [T, S, I], 'targets' [T, S, O], or classes [T, S] of int64, and where needed 'mask' [T, S] and 'lengths' [S] of int64.")]
    [ValueName("file")]
    public string? Data { get; set; }

    [Description("A file of the same form with the sequences that decide when the training ends; by default a share of --data is held out, see --validation-share.")]
    [ValueName("file")]
    public string? Validation { get; set; }

    [Description("What is trained: 'bits' for targets of 0 to 1, 'softmax' for one class of each step, 'squared-error' for numbers. By default softmax for classes, otherwise bits.")]
    public DataLoss? Loss { get; set; }

    [Description("The number of classes, where the targets are classes and the file's metadata do not have it under 'classes'.")]
    [Range(1, 1_000_000)]
    public int? Classes { get; set; }

    [Description("How often all sequences are trained on, instead of --sequences.")]
    [Range(1, 1_000_000)]
    [MayChange]
    public int? Epochs { get; set; }

    [Description("Whether every epoch has an order of its own, which follows from --seed.")]
    public bool Shuffle { get; set; } = true;

    [Description("Adjacent sequences of similar lengths, which need less padding: the batch size is a good value. 0 for any lengths.")]
    [Range(0, 65536)]
    public int SimilarLengths { get; set; }

    [Description("The share of --data that is held out where there is no --validation; 0.1 by default.")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? ValidationShare { get; set; }

    [Description("Seed of the choice of what is held out; not that of the training, so trainings of several seeds hold out the same sequences.")]
    [Range(0, int.MaxValue)]
    public int SplitSeed { get; set; }
}
