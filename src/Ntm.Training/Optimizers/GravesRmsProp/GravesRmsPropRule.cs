using System.Numerics;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// RMSprop as Graves defines it (arXiv 1308.0850, equations 38 to 45), with decay <c>a</c> and momentum <c>u</c>:
/// <c>n = a n + (1 - a) g^2</c>, <c>m = a m + (1 - a) g</c>, <c>d = u d - lr g / sqrt(n - m^2 + eps)</c>, <c>p += d</c>. torch's
/// centered form adds epsilon outside the root and is therefore another optimizer.
/// </summary>
internal readonly struct GravesRmsPropRule(double alpha, double momentum, double epsilon) : IUpdateRule<GravesRmsPropRule>
{
    // Vectors, created once per step, so that the loop over the elements has nothing to convert.
    private Vector<float> Alpha { get; init; }

    private Vector<float> NewShare { get; init; }

    private Vector<float> Momentum { get; init; }

    private Vector<float> Rate { get; init; }

    private Vector<float> Epsilon { get; init; }

    public static int StateCount => 3;

    public GravesRmsPropRule ForStep(long step, double learningRate) => this with
    {
        Alpha = new((float)alpha),
        NewShare = new((float)(1 - alpha)),
        Momentum = new((float)momentum),
        Rate = new((float)-learningRate),
        Epsilon = new((float)epsilon),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Change(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * Alpha + gradient * gradient * NewShare;
        second = second * Alpha + gradient * NewShare;
        // n - m^2 is a variance; only rounding can make it negative.
        var variance = Vector.Max(first - second * second, Vector<float>.Zero);
        third = third * Momentum + gradient * Rate / Vector.SquareRoot(variance + Epsilon);
        return third;
    }

    public void Change(Tensor gradient, Tensor[] state, Tensor change, long step, double learningRate)
    {
        using Scalar decay = alpha, newShare = 1 - alpha, friction = momentum, small = epsilon, rate = -learningRate;
        using Scalar one = 1, minusOne = -1, none = 0;
        var (first, second, third) = (state[0], state[1], state[2]);
        first.mul_(decay).addcmul_(gradient, gradient, newShare);
        second.mul_(decay).add_(gradient, newShare);
        change.copy_(first).addcmul_(second, second, minusOne).clamp_min_(none).add_(small, one).sqrt_();
        third.mul_(friction).addcdiv_(gradient, change, rate);
        change.copy_(third);
    }
}
