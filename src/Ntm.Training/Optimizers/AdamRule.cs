using System.Numerics;

namespace Ntm.Training.Optimizers;

/// <summary>
/// Adam in torch's form: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>p -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)</c>.
/// </summary>
internal struct AdamRule(double beta1, double beta2, double epsilon) : IUpdateRule
{
    private Vector<float> _rate;
    private Vector<float> _correction;

    public readonly int StateCount => 2;

    public void Begin(long step, double learningRate)
    {
        _rate = new Vector<float>((float)(-learningRate / (1 - Math.Pow(beta1, step))));
        _correction = new Vector<float>((float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))));
    }

    public readonly Vector<float> Change(Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * (float)beta1 + gradient * (float)(1 - beta1);
        second = second * (float)beta2 + gradient * gradient * (float)(1 - beta2);
        return _rate * first / (Vector.SquareRoot(second) * _correction + new Vector<float>((float)epsilon));
    }
}
