using System.Runtime.Intrinsics;

namespace Ntm.Runtime.Engine;

internal static unsafe class FiniteCheck
{
    /// <summary>Tells whether no value is NaN or infinite.</summary>
    public static bool AllFinite(float* values, int count)
    {
        // Zero times a finite number is zero; NaN is not equal to itself.
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i + 8 <= count; i += 8)
            sum += Vector256.Load(values + i) * Vector256<float>.Zero;
        var tail = Vector256.Sum(sum);
        for (; i < count; i++)
            tail += values[i] * 0;
        return tail == 0;
    }
}
