namespace Ntm.Runtime.Engine;

/// <summary>Creates spans over native floats.</summary>
internal static unsafe class Floats
{
    public static void Copy(float* source, float* target, int count) =>
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(target, count));

    public static void Clear(float* target, int count) => new Span<float>(target, count).Clear();

    /// <summary>Computes <c>target += source</c>.</summary>
    public static void Add(float* source, float* target, int count)
    {
        var i = 0;
        for (; i + 8 <= count; i += 8)
            System.Runtime.Intrinsics.Vector256.Store(
                System.Runtime.Intrinsics.Vector256.Load(target + i) + System.Runtime.Intrinsics.Vector256.Load(source + i), target + i);
        for (; i < count; i++)
            target[i] += source[i];
    }

    /// <summary>Computes <c>target *= source</c>, for a count that is a multiple of 8.</summary>
    public static void Multiply(float* source, float* target, int count)
    {
        for (var i = 0; i < count; i += 8)
            System.Runtime.Intrinsics.Vector256.Store(
                System.Runtime.Intrinsics.Vector256.Load(target + i) * System.Runtime.Intrinsics.Vector256.Load(source + i), target + i);
    }
}
