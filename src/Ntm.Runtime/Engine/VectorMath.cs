using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace Ntm.Runtime.Engine;

/// <summary>
/// Elementary functions on eight floats: about 1e-7 relative error each. The portable <c>Vector256</c> operations compile to AVX2 and FMA
/// where the machine has them and to narrower vectors elsewhere. NaN in, NaN out: bounds are always the first operand of
/// <c>MinNative</c> and <c>MaxNative</c>, which return the second when one is NaN.
/// </summary>
internal static class VectorMath
{
    private const float LargestExponent = 88.37f;
    private const float SmallestExponent = -87.33f;

    /// <summary>Computes <c>a b + c</c>, in one rounding if the processor supports it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec MultiplyAdd(Vec a, Vec b, Vec c) => Vector256.MultiplyAddEstimate(a, b, c);

    /// <summary><c>c - a b</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec MultiplySubtract(Vec a, Vec b, Vec c) => Fma.IsSupported ? Fma.MultiplyAddNegated(a, b, c) : c - a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Clamp(Vec x, Vec bound) => Vector256.MinNative(bound, Vector256.MaxNative(-bound, x));

    /// <summary><c>e^x</c>; 0 below -87.33, close to the largest power of two above 88.37.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Exp(Vec x) => Vector256.AndNot(ExpOrTiny(x), Vector256.LessThan(x, Vector256.Create(SmallestExponent)));

    /// <summary>Does the same as <see cref="Exp"/>, but returns 1e-38 below -87.33, for callers that add one to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec ExpOrTiny(Vec x)
    {
        // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits, from which it is moved into the exponent.
        var rounder = Vector256.Create(12582912f);
        var bounded = Vector256.MinNative(Vector256.Create(LargestExponent), Vector256.MaxNative(Vector256.Create(SmallestExponent), x));
        var shifted = MultiplyAdd(bounded, Vector256.Create(1.44269504f), rounder);
        var n = shifted - rounder;
        // ln 2 in two parts, the first with few bits, so that its product with n is exact even without FMA.
        var r = MultiplyAdd(n, Vector256.Create(-0.693359375f), bounded);
        r = MultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        var p = MultiplyAdd(Vector256.Create(1.9875691500e-4f), r, Vector256.Create(1.3981999507e-3f));
        p = MultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = MultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = MultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = MultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = MultiplyAdd(p, r * r, r + Vector256<float>.One);
        return (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
    }

    /// <summary>The natural logarithm of positive, normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Log(Vec x)
    {
        // x = 2^e m with m in sqrt(1/2)..sqrt(2)
        var bits = x.AsInt32();
        var e = (bits - Vector256.Create(0x3F3504F3)) >> 23;
        var m = (bits - (e << 23)).AsSingle();
        var f = m - Vector256<float>.One;
        var exponent = Vector256.ConvertToSingle(e);
        var p = MultiplyAdd(Vector256.Create(7.0376836292e-2f), f, Vector256.Create(-1.1514610310e-1f));
        p = MultiplyAdd(p, f, Vector256.Create(1.1676998740e-1f));
        p = MultiplyAdd(p, f, Vector256.Create(-1.2420140846e-1f));
        p = MultiplyAdd(p, f, Vector256.Create(1.4249322787e-1f));
        p = MultiplyAdd(p, f, Vector256.Create(-1.6668057665e-1f));
        p = MultiplyAdd(p, f, Vector256.Create(2.0000714765e-1f));
        p = MultiplyAdd(p, f, Vector256.Create(-2.4999993993e-1f));
        p = MultiplyAdd(p, f, Vector256.Create(3.3333331174e-1f));
        var square = f * f;
        p = p * f * square;
        p = MultiplyAdd(exponent, Vector256.Create(-2.12194440e-4f), p);
        p = MultiplyAdd(square, Vector256.Create(-0.5f), p);
        return MultiplyAdd(exponent, Vector256.Create(0.693359375f), f + p);
    }

    /// <summary><c>1 / (1 + e^-x)</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Sigmoid(Vec x) => Vector256<float>.One / (Vector256<float>.One + ExpOrTiny(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Tanh(Vec x)
    {
        // A polynomial near zero, because 1 - 2 / (e^2x + 1) would cancel.
        var z = x * x;
        var p = MultiplyAdd(Vector256.Create(-5.70498872745e-3f), z, Vector256.Create(2.06390887954e-2f));
        p = MultiplyAdd(p, z, Vector256.Create(-5.37397155531e-2f));
        p = MultiplyAdd(p, z, Vector256.Create(1.33314422036e-1f));
        p = MultiplyAdd(p, z, Vector256.Create(-3.33332819422e-1f));
        var near = MultiplyAdd(p * z, x, x);
        var two = Vector256.Create(2f);
        var far = Vector256<float>.One - two / (ExpOrTiny(x + x) + Vector256<float>.One);
        return Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256.Create(0.390625f)), near, far);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec InverseSqrt(Vec x) => Vector256<float>.One / Vector256.Sqrt(x);

    /// <summary><c>log(1 + e^x)</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Softplus(Vec x) => Vector256.MaxNative(Vector256<float>.Zero, x) + LogOnePlus(Exp(-Vector256.Abs(x)));

    /// <summary><c>log(1 + x)</c> for 0..1, accurate for small <c>x</c>, which is lost in the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec LogOnePlus(Vec x)
    {
        // The rounding error of 1 + x scales the logarithm back.
        var sum = Vector256<float>.One + x;
        var rounded = sum - Vector256<float>.One;
        return Vector256.ConditionalSelect(Vector256.Equals(rounded, Vector256<float>.Zero), x, Log(sum) * (x / rounded));
    }

    public static float Sigmoid(float x) => (float)(1 / (1 + Math.Exp(-(double)x)));
}
