using static TorchSharp.torch;

namespace Ntm.Core.Tests.Support;

/// <summary>Tensors from plain numbers and back. Draws come from <see cref="Random"/>, never from torch's generator.</summary>
internal static class Numbers
{
    /// <summary>Uniform in <c>-bound..bound</c>, float64.</summary>
    public static Tensor Uniform(int seed, long[] shape, double bound = 1)
    {
        var random = new Random(seed);
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = bound * (2 * random.NextDouble() - 1);
        return tensor(values, shape, dtype: float64);
    }

    /// <summary>A batch of one with one head: <c>[1, 1, n]</c>, float64.</summary>
    public static Tensor Row(params double[] values) => tensor(values, [1, 1, values.Length], dtype: float64);

    /// <summary>A batch of one: <c>[1, rows, columns]</c>, float64.</summary>
    public static Tensor Matrix(params double[][] rows) =>
        tensor(rows.SelectMany(r => r).ToArray(), [1, rows.Length, rows[0].Length], dtype: float64);

    /// <summary>All elements in row-major order.</summary>
    public static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(float64).contiguous().data<double>().ToArray();
    }

    /// <summary>A scalar's value.</summary>
    public static double Scalar(Tensor tensor) => Assert.Single(Values(tensor));
}
