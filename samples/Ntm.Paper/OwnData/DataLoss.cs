using System.Text.Json.Serialization;
using Ntm.Core;

namespace Ntm.Paper.OwnData;

/// <summary>The losses by their names on the command line.</summary>
internal enum DataLoss
{
    [JsonStringEnumMemberName("bits")]
    Bits,

    [JsonStringEnumMemberName("softmax")]
    Softmax,

    [JsonStringEnumMemberName("squared-error")]
    SquaredError,
}

/// <summary>The losses of the library by the names of the command line.</summary>
internal static class DataLosses
{
    public static LossKind Kind(this DataLoss loss) => loss switch
    {
        DataLoss.Bits => LossKind.BinaryCrossEntropy,
        DataLoss.Softmax => LossKind.SoftmaxCrossEntropy,
        _ => LossKind.SquaredError,
    };

    public static DataLoss Name(this LossKind loss) => loss switch
    {
        LossKind.BinaryCrossEntropy => DataLoss.Bits,
        LossKind.SoftmaxCrossEntropy => DataLoss.Softmax,
        _ => DataLoss.SquaredError,
    };
}
