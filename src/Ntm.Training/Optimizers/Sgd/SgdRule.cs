using System.Numerics;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent in torch's form, with weight decay <c>w</c>, momentum <c>u</c> and dampening <c>d</c>: <c>g += w p</c>,
/// <c>b = u b + (1 - d) g</c>, at the first step <c>b = g</c>; <c>p -= lr b</c>, by Nesterov <c>p -= lr (g + u b)</c>.
/// </summary>
internal readonly struct SgdRule(double momentum, double dampening, bool nesterov, double weightDecay) : IUpdateRule<SgdRule>
{
    // Vectors, created once per step, so that the loop over the elements has nothing to convert.
    private Vector<float> Decay { get; init; }

    private Vector<float> Momentum { get; init; }

    private Vector<float> NewShare { get; init; }

    /// <summary>The share of the gradient in the change; 0 except for Nesterov's momentum.</summary>
    private Vector<float> Gradient { get; init; }

    /// <summary>The share of the buffer in the change.</summary>
    private Vector<float> Buffer { get; init; }

    private Vector<float> Rate { get; init; }

    public static int StateCount => 1;

    public static bool ReadsValues => true;

    public SgdRule ForStep(long step, double learningRate) => this with
    {
        Decay = new((float)weightDecay),
        Momentum = new((float)momentum),
        NewShare = new((float)Share(step)),
        Gradient = nesterov ? Vector<float>.One : Vector<float>.Zero,
        Buffer = nesterov ? new((float)momentum) : Vector<float>.One,
        Rate = new((float)-learningRate),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Change(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        var slope = gradient + value * Decay;
        first = first * Momentum + slope * NewShare;
        return (slope * Gradient + first * Buffer) * Rate;
    }

    public void Change(Tensor gradient, Tensor[] state, Tensor change, long step, double learningRate)
    {
        using Scalar decay = weightDecay, friction = momentum, share = Share(step), rate = -learningRate;
        var buffer = state[0];
        gradient.add_(change, decay);
        buffer.mul_(friction).add_(gradient, share);
        if (nesterov)
            change.copy_(gradient).add_(buffer, friction).mul_(rate);
        else
            change.copy_(buffer).mul_(rate);
    }

    /// <summary>The share of the gradient in the buffer: torch's buffer begins with the first gradient, and without momentum there is none.</summary>
    private double Share(long step) => step == 1 || momentum == 0 ? 1 : 1 - dampening;
}
