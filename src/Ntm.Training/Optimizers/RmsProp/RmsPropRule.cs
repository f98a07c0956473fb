using System.Numerics;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// RMSprop with momentum in torch's form: <c>v = a v + (1 - a) g^2</c>, <c>d = u d + g / (sqrt(v) + eps)</c>, <c>p -= lr d</c>.
/// </summary>
internal readonly struct RmsPropRule(double alpha, double momentum, double epsilon) : IUpdateRule<RmsPropRule>
{
    // Vectors, created once per step, so that the loop over the elements has nothing to convert.
    private Vector<float> Alpha { get; init; }

    private Vector<float> NewShare { get; init; }

    private Vector<float> Momentum { get; init; }

    private Vector<float> Rate { get; init; }

    private Vector<float> Epsilon { get; init; }

    public static int StateCount => 2;

    public RmsPropRule ForStep(long step, double learningRate) => this with
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
        second = second * Momentum + gradient / (Vector.SquareRoot(first) + Epsilon);
        return second * Rate;
    }

    public void Change(Tensor gradient, Tensor[] state, Tensor change, long step, double learningRate)
    {
        using Scalar decay = alpha, newShare = 1 - alpha, friction = momentum, small = epsilon, rate = -learningRate, one = 1;
        var (first, second) = (state[0], state[1]);
        first.mul_(decay).addcmul_(gradient, gradient, newShare);
        change.copy_(first).sqrt_().add_(small, one);
        second.mul_(friction).addcdiv_(gradient, change, one);
        change.copy_(second).mul_(rate);
    }
}
