using System.Numerics;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// Adam with torch's decoupled weight decay <c>w</c>: <c>p -= lr w p</c>, then Adam's update, which does not include the decay. The product
/// <c>lr w</c> is rounded here; torch rounds <c>1 - lr w</c>, which in float32 loses most digits of a small decay.
/// </summary>
internal readonly struct AdamWRule(AdamRule adam, double weightDecay) : IUpdateRule<AdamWRule>
{
    private AdamRule Adam { get; init; }

    private Vector<float> Decay { get; init; }

    public static int StateCount => AdamRule.StateCount;

    public static bool ReadsValues => true;

    public AdamWRule ForStep(long step, double learningRate) => this with
    {
        Adam = adam.ForStep(step, learningRate),
        Decay = new((float)(-learningRate * weightDecay)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Change(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third) =>
        Adam.Change(value, gradient, ref first, ref second, ref third) + value * Decay;

    public void Change(Tensor gradient, Tensor[] state, Tensor change, long step, double learningRate)
    {
        using Scalar decay = -learningRate * weightDecay, one = 1;
        using var decayed = change * decay;
        adam.Change(gradient, state, change, step, learningRate);
        change.add_(decayed, one);
    }
}
