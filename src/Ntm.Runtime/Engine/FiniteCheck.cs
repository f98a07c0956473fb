using System.Runtime.Intrinsics;

namespace Ntm.Runtime.Engine;

internal static unsafe class FiniteCheck
{
    /// <summary>Tells whether no value is NaN or infinite.</summary>
    public static bool AllFinite(float* values, int count)
    {
        // Zero times a finite number is zero; NaN is not equal to itself.
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        var i = 0;
        for (; i <= count - 32; i += 32)
        {
            s0 += Vector256.Load(values + i) * Vector256<float>.Zero;
            s1 += Vector256.Load(values + i + 8) * Vector256<float>.Zero;
            s2 += Vector256.Load(values + i + 16) * Vector256<float>.Zero;
            s3 += Vector256.Load(values + i + 24) * Vector256<float>.Zero;
        }

        var tail = Vector256.Sum(s0 + s1 + (s2 + s3));
        for (; i < count; i++)
            tail += values[i] * 0;
        return tail == 0;
    }
}
