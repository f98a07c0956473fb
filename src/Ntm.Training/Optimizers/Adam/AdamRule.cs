using System.Numerics;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Optimizers;

/// <summary>
/// Adam in torch's form: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>p -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)</c>.
/// </summary>
internal readonly struct AdamRule(double beta1, double beta2, double epsilon) : IUpdateRule<AdamRule>
{
    // Vectors, created once per step, so that the loop over the elements has nothing to convert.
    private Vector<float> Beta1 { get; init; }

    private Vector<float> NewShare1 { get; init; }

    private Vector<float> Beta2 { get; init; }

    private Vector<float> NewShare2 { get; init; }

    private Vector<float> Rate { get; init; }

    private Vector<float> Correction { get; init; }

    private Vector<float> Epsilon { get; init; }

    public static int StateCount => 2;

    public AdamRule ForStep(long step, double learningRate) => this with
    {
        Beta1 = new((float)beta1),
        NewShare1 = new((float)(1 - beta1)),
        Beta2 = new((float)beta2),
        NewShare2 = new((float)(1 - beta2)),
        Rate = new((float)(-learningRate / (1 - Math.Pow(beta1, step)))),
        Correction = new((float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step)))),
        Epsilon = new((float)epsilon),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> Change(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * Beta1 + gradient * NewShare1;
        second = second * Beta2 + gradient * gradient * NewShare2;
        return first * Rate / (Vector.SquareRoot(second) * Correction + Epsilon);
    }

    public void Change(Tensor gradient, Tensor[] state, Tensor change, long step, double learningRate)
    {
        using Scalar decay1 = beta1, newShare1 = 1 - beta1, decay2 = beta2, newShare2 = 1 - beta2, small = epsilon, one = 1;
        using Scalar rate = -learningRate / (1 - Math.Pow(beta1, step));
        using Scalar correction = 1 / Math.Sqrt(1 - Math.Pow(beta2, step));
        var (first, second) = (state[0], state[1]);
        first.mul_(decay1).add_(gradient, newShare1);
        second.mul_(decay2).addcmul_(gradient, gradient, newShare2);
        gradient.copy_(second).sqrt_().mul_(correction).add_(small, one);
        change.copy_(first).mul_(rate).div_(gradient);
    }
}
