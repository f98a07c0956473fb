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

    /// <summary>The predictions of logits that are to be drawn.</summary>
    /// <param name="path">The model's file, for messages.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <exception cref="InvalidDataException">They are not numbers.</exception>
    public static Tensor Drawable(string path, LossKind loss, Tensor logits)
    {
        var outputs = Of(loss, logits);
        return outputs.isfinite().all().item<bool>()
            ? outputs
            : throw new InvalidDataException($"{path}: the model's outputs are not numbers (NaN), so that there is nothing to draw.");
    }

    /// <summary>The predictions in words.</summary>
    public static string Words(LossKind loss) => loss switch
    {
        LossKind.BinaryCrossEntropy => "probabilities of a one",
        LossKind.SoftmaxCrossEntropy => "probabilities of the classes",
        _ => "numbers",
    };
}
