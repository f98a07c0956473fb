using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ntm.Training.Optimizers;

/// <summary>
/// RMSprop as Graves wrote it (arXiv 1308.0850, equations 38 to 45), with decay <c>a</c> and momentum <c>u</c>:
/// <c>n = a n + (1 - a) g^2</c>, <c>m = a m + (1 - a) g</c>, <c>d = u d - lr g / sqrt(n - m^2 + eps)</c>, <c>p += d</c>. Torch's
/// centred form adds epsilon outside the root and so is another optimizer.
/// </summary>
internal readonly struct GravesRmsPropRule(double alpha, double momentum, double epsilon) : IUpdateRule<GravesRmsPropRule>
{
    // Vectors, made once per step: the loop over the elements has nothing left to convert.
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
    public Vector<float> Change(Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        first = first * Alpha + gradient * gradient * NewShare;
        second = second * Alpha + gradient * NewShare;
        // n - m^2 is a variance; rounding alone can make it negative.
        var variance = Vector.Max(first - second * second, Vector<float>.Zero);
        third = third * Momentum + gradient * Rate / Vector.SquareRoot(variance + Epsilon);
        return third;
    }
}
