using System.Numerics;

namespace Ntm.Training.Optimizers;

/// <summary>
/// RMSprop with momentum in torch's form: <c>v = a v + (1 - a) g^2</c>, <c>d = u d + g / (sqrt(v) + eps)</c>, <c>p -= lr d</c>.
/// </summary>
internal readonly record struct RmsPropRule(double Alpha, double Momentum, double Epsilon) : IUpdateRule<RmsPropRule>
{
    private float Rate { get; init; }

    public int StateCount => 2;

    public RmsPropRule ForStep(long step, double learningRate) => this with { Rate = (float)-learningRate };

    public Vector<float> Change(Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * (float)Alpha + gradient * gradient * (float)(1 - Alpha);
        second = second * (float)Momentum + gradient / (Vector.SquareRoot(first) + new Vector<float>((float)Epsilon));
        return second * Rate;
    }
}
