using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Paper.Models;

/// <summary>The predictions of a model's logits, by the loss that it was trained with.</summary>
internal static class Predictions
{
    /// <summary>The probabilities of a one, of each class, or the numbers themselves.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="logits"><c>[T, B, O]</c></param>
    public static Tensor Of(LossKind loss, Tensor logits) => loss switch
    {
        LossKind.BinaryCrossEntropy => logits.sigmoid(),
        LossKind.SoftmaxCrossEntropy => logits.softmax(-1),
        _ => logits,
    };

    /// <summary>The predictions in words.</summary>
    public static string Words(LossKind loss) => loss switch
    {
        LossKind.BinaryCrossEntropy => "probabilities of a one",
        LossKind.SoftmaxCrossEntropy => "probabilities of the classes",
        _ => "numbers",
    };
}
