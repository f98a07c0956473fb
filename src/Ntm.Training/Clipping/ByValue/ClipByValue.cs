using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Training.Clipping;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Limits every element of the gradient (<c>torch.nn.utils.clip_grad_value_</c>), like the paper.</summary>
public sealed class ClipByValue : GradientClipping
{
    /// <summary>The limit: every element is clipped to plus and minus this value.</summary>
    /// <value>The default value is 10, the paper's.</value>
    [Description("Every element of the gradient is clipped to plus and minus this.")]
    [Range(0, 1e30, MinimumIsExclusive = true)]
    public double ClipValue { get; set; } = 10;

    internal override ElementClip For(ReadOnlySpan<float> gradient) => ElementClip.None with { Bound = (float)ClipValue };

    internal override void Clip(Tensor gradient)
    {
        using Scalar least = -ClipValue, most = ClipValue;
        gradient.clamp_(least, most);
    }
}
