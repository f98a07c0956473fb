using System.Numerics;

namespace Ntm.Training.Optimizers;

/// <summary>
/// RMSprop with momentum in torch's form: <c>v = a v + (1 - a) g^2</c>, <c>d = u d + g / (sqrt(v) + eps)</c>, <c>p -= lr d</c>.
/// </summary>
internal struct RmsPropRule(double alpha, double momentum, double epsilon) : IUpdateRule
{
    private float _rate;

    public readonly int StateCount => 2;

    public void Begin(long step, double learningRate) => _rate = (float)-learningRate;

    public readonly Vector<float> Change(Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * (float)alpha + gradient * gradient * (float)(1 - alpha);
        second = second * (float)momentum + gradient / (Vector.SquareRoot(first) + new Vector<float>((float)epsilon));
        return second * _rate;
    }
}
