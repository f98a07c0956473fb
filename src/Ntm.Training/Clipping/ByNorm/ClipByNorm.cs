using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Training.Clipping;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Scales down a gradient whose Euclidean norm over all parameters is above <see cref="MaxNorm"/>
/// (<c>torch.nn.utils.clip_grad_norm_</c>).</summary>
public sealed class ClipByNorm : GradientClipping
{
    /// <summary>The number that torch adds to the norm before it divides by it.</summary>
    private const double Small = 1e-6;

    /// <summary>The maximum norm.</summary>
    /// <value>The default value is 1.</value>
    [Description("A gradient of a larger norm, over all parameters, is scaled down to it.")]
    [Range(0, 1e30, MinimumIsExclusive = true)]
    public double MaxNorm { get; set; } = 1;

    internal override ElementClip For(ReadOnlySpan<float> gradient) =>
        ElementClip.None with { Scale = (float)Math.Min(1, MaxNorm / (Math.Sqrt(SquaredNorm.Of(gradient)) + Small)) };

    internal override void Clip(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using Scalar most = MaxNorm, small = Small, one = 1;
        // In float64, because the squares of large gradients overflow float32.
        var wide = gradient.to(ScalarType.Float64);
        var norm = wide.mul(wide).sum(type: ScalarType.Float64).sqrt();
        gradient.mul_(norm.add_(small, one).reciprocal_().mul_(most).clamp_max_(one).to(ScalarType.Float32));
    }
}
