using System.Numerics;

namespace Ntm.Training.Optimizers;

/// <summary>
/// Adam in torch's form: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>p -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)</c>.
/// </summary>
internal readonly record struct AdamRule(double Beta1, double Beta2, double Epsilon) : IUpdateRule<AdamRule>
{
    private float Rate { get; init; }

    private float Correction { get; init; }

    public int StateCount => 2;

    public AdamRule ForStep(long step, double learningRate) => this with
    {
        Rate = (float)(-learningRate / (1 - Math.Pow(Beta1, step))),
        Correction = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step))),
    };

    public Vector<float> Change(Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * (float)Beta1 + gradient * (float)(1 - Beta1);
        second = second * (float)Beta2 + gradient * gradient * (float)(1 - Beta2);
        return first * Rate / (Vector.SquareRoot(second) * Correction + new Vector<float>((float)Epsilon));
    }
}
