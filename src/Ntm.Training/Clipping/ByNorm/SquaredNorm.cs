using System.Numerics;
using System.Runtime.InteropServices;

namespace Ntm.Training.Clipping;

/// <summary>Computes the sum of squares of a gradient, in double and in an order that depends only on the length and the vector width.</summary>
internal static class SquaredNorm
{
    public static double Of(ReadOnlySpan<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var whole = values.Length - values.Length % Vector<float>.Count;
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref first, (nuint)i), out var left, out var right);
            low += left * left;
            high += right * right;
        }

        var sum = Vector.Sum(low + high);
        for (var i = whole; i < values.Length; i++)
            sum += (double)values[i] * values[i];
        return sum;
    }
}
