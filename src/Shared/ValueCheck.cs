using System.Numerics;

namespace Ntm.Shared;

/// <summary>
/// Finds values that are not valid in inputs, targets or weights. It compares whole vectors at a time, so that data can be checked in every call.
/// Compiled into each package, because it is too small for its own package.
/// </summary>
internal static class ValueCheck
{
    private interface IRule
    {
        static abstract bool AdmitsAll(Vector<float> values);

        static abstract bool Admits(float value);
    }

    /// <summary>Returns the index of the first value that is NaN or infinite; -1 if there is none.</summary>
    public static int FirstNotFinite(ReadOnlySpan<float> values) => First<Finite>(values);

    /// <summary>Returns the index of the first value that is not in 0..1, such as NaN; -1 if there is none.</summary>
    public static int FirstOutsideUnit(ReadOnlySpan<float> values) => First<Unit>(values);

    /// <summary>Returns the index of the first value that is below 0, NaN or infinite; -1 if there is none.</summary>
    public static int FirstNegativeOrNotFinite(ReadOnlySpan<float> values) => First<NotNegative>(values);

    private static int First<TRule>(ReadOnlySpan<float> values)
        where TRule : struct, IRule
    {
        var i = 0;
        while (i + Vector<float>.Count <= values.Length && TRule.AdmitsAll(new Vector<float>(values[i..])))
            i += Vector<float>.Count;
        for (; i < values.Length; i++)
            if (!TRule.Admits(values[i]))
                return i;
        return -1;
    }

    private readonly struct Finite : IRule
    {
        // NaN is not less than any number.
        public static bool AdmitsAll(Vector<float> values) => Vector.LessThanOrEqualAll(Vector.Abs(values), new Vector<float>(float.MaxValue));

        public static bool Admits(float value) => float.IsFinite(value);
    }

    private readonly struct Unit : IRule
    {
        public static bool AdmitsAll(Vector<float> values) =>
            Vector.GreaterThanOrEqualAll(values, Vector<float>.Zero) && Vector.LessThanOrEqualAll(values, Vector<float>.One);

        public static bool Admits(float value) => value is >= 0 and <= 1;
    }

    private readonly struct NotNegative : IRule
    {
        public static bool AdmitsAll(Vector<float> values) =>
            Vector.GreaterThanOrEqualAll(values, Vector<float>.Zero) && Vector.LessThanOrEqualAll(values, new Vector<float>(float.MaxValue));

        public static bool Admits(float value) => value is >= 0 and <= float.MaxValue;
    }
}
