using System.Text.Json.Serialization;

namespace Ntm.Core;

/// <summary>The loss of a step's logits, <c>[O]</c>, given its target, <c>[O]</c>.</summary>
/// <remarks>The loss of a sequence is the sum over its steps, each times its weight. The loss of a batch is the mean over its sequences.</remarks>
public enum LossKind
{
    /// <summary>
    /// A bit for each channel: <c>-sum_o (y_o log s(z_o) + (1 - y_o) log(1 - s(z_o)))</c> in nats, <c>s</c> the logistic function. Targets are 0 to 1.
    /// A bit is wrong if its logit is above 0 and its target is not above 0.5, or the other way around. The paper's loss.
    /// </summary>
    [JsonStringEnumMemberName("binary-cross-entropy")]
    BinaryCrossEntropy,

    /// <summary>
    /// One of <c>O</c> symbols: <c>-sum_o y_o log softmax(z)_o</c> in nats. The target of a step that counts is a distribution over the channels, usually
    /// 1 for one of them and 0 for the others. A step is wrong if its largest logit is not at its largest target; of equal values the first counts.
    /// </summary>
    [JsonStringEnumMemberName("softmax-cross-entropy")]
    SoftmaxCrossEntropy,

    /// <summary>
    /// A number for each channel: <c>sum_o (z_o - y_o)^2</c>, in the squared unit of the targets. Targets are any finite numbers. A number is wrong if
    /// it is off by more than 0.5.
    /// </summary>
    [JsonStringEnumMemberName("squared-error")]
    SquaredError,
}
