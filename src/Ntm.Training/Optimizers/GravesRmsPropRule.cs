using System.Numerics;

namespace Ntm.Training.Optimizers;

/// <summary>
/// RMSprop as Graves wrote it (arXiv 1308.0850, equations 38 to 45), with decay <c>a</c> and momentum <c>u</c>:
/// <c>n = a n + (1 - a) g^2</c>, <c>m = a m + (1 - a) g</c>, <c>d = u d - lr g / sqrt(n - m^2 + eps)</c>, <c>p += d</c>. Torch's
/// centred form adds epsilon outside the root and so is another optimizer.
/// </summary>
internal readonly record struct GravesRmsPropRule(double Alpha, double Momentum, double Epsilon) : IUpdateRule<GravesRmsPropRule>
{
    private float Rate { get; init; }

    public int StateCount => 3;

    public GravesRmsPropRule ForStep(long step, double learningRate) => this with { Rate = (float)-learningRate };

    public Vector<float> Change(Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * (float)Alpha + gradient * gradient * (float)(1 - Alpha);
        second = second * (float)Alpha + gradient * (float)(1 - Alpha);
        // n - m^2 is a variance; rounding alone can make it negative.
        var variance = Vector.Max(first - second * second, Vector<float>.Zero);
        third = third * (float)Momentum + gradient * Rate / Vector.SquareRoot(variance + new Vector<float>((float)Epsilon));
        return third;
    }
}
