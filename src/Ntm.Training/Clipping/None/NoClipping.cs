using Ntm.Training.Clipping;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Leaves gradients unchanged.</summary>
public sealed class NoClipping : GradientClipping
{
    internal override ElementClip For(ReadOnlySpan<float> gradient) => ElementClip.None;

    internal override void Clip(Tensor gradient)
    {
    }
}
