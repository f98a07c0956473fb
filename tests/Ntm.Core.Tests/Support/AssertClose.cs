using static TorchSharp.torch;

namespace Ntm.Core.Tests.Support;

/// <summary>Comparisons of tensors whose message says where the values differ.</summary>
internal static class AssertClose
{
    /// <summary>Every <c>|actual - expected|</c> is at most <c>tolerance * max(1, |expected|)</c>.</summary>
    public static void Equal(double[] expected, double[] actual, double tolerance, string what = "values")
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} values; expected {expected.Length}");
        for (var i = 0; i < expected.Length; i++)
        {
            var bound = tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(actual[i] - expected[i]) <= bound, $"{what}[{i}] is {actual[i]:R}; expected {expected[i]:R} within {bound:G3}");
        }
    }

    public static void Equal(double[] expected, Tensor actual, double tolerance, string what = "values") =>
        Equal(expected, Numbers.Values(actual), tolerance, what);

    public static void Equal(Tensor expected, Tensor actual, double tolerance, string what = "values")
    {
        Assert.Equal(expected.shape, actual.shape);
        Equal(Numbers.Values(expected), actual, tolerance, what);
    }

    public static void Equal(NtmState expected, NtmState actual, double tolerance)
    {
        var (left, right) = (Parts(expected), Parts(actual));
        Assert.Equal(left.Select(p => p.Name), right.Select(p => p.Name));
        foreach (var ((name, first), (_, second)) in left.Zip(right))
            Equal(first, second, tolerance, name);
    }

    /// <summary>The same shape, element type and bits.</summary>
    public static void SameBits(Tensor expected, Tensor actual, string what = "values")
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.dtype, actual.dtype);
        using var scope = NewDisposeScope();
        Assert.True(expected.contiguous().bytes.SequenceEqual(actual.contiguous().bytes), $"{what} differ");
    }

    public static void SameBits(NtmState expected, NtmState actual)
    {
        foreach (var ((name, first), (_, second)) in Parts(expected).Zip(Parts(actual)))
            SameBits(first, second, name);
    }

    /// <summary>Every element is finite.</summary>
    public static void Finite(Tensor tensor, string what) =>
        Assert.True(Numbers.Values(tensor).All(double.IsFinite), $"{what} is not finite everywhere");

    /// <summary>A state's tensors with their names.</summary>
    public static List<(string Name, Tensor Tensor)> Parts(NtmState state) =>
    [
        .. state.Controller.Select((t, i) => ($"Controller[{i}]", t)),
        (nameof(state.Memory), state.Memory),
        (nameof(state.Reads), state.Reads),
        (nameof(state.ReadWeightings), state.ReadWeightings),
        (nameof(state.WriteWeightings), state.WriteWeightings),
    ];
}
