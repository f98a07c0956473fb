using System.Text.Json.Serialization;

namespace Ntm.Core;

/// <summary>What the logits of a sequence are trained towards.</summary>
public enum LossKind
{
    /// <summary>Each output is the logit of a bit; targets 0 to 1; in nats.</summary>
    [JsonStringEnumMemberName("binary-cross-entropy")]
    BinaryCrossEntropy,

    /// <summary>The outputs of a step are the logits of classes; targets are a distribution over them, as a rule a one and zeros; in nats.</summary>
    [JsonStringEnumMemberName("softmax-cross-entropy")]
    SoftmaxCrossEntropy,

    /// <summary>Each output is a number; the loss is the square of its distance from the target.</summary>
    [JsonStringEnumMemberName("squared-error")]
    SquaredError,
}
