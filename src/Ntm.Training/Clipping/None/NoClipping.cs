using Ntm.Training.Clipping;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Gradients are used as they are.</summary>
public sealed class NoClipping : GradientClipping
{
    internal override ElementClip For(ReadOnlySpan<float> gradient) => ElementClip.None;

    internal override void Clip(Tensor gradient)
    {
    }
}
