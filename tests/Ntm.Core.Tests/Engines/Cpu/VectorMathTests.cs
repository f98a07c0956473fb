using System.Runtime.Intrinsics;

namespace Ntm.Core.Tests.Engines.Cpu;

public class VectorMathTests
{
    [Fact]
    public void Exp_is_accurate() => Check(VectorMath.Exp, Math.Exp, -87, 88, 2e-7);

    [Fact]
    public void Log_is_accurate() => Check(x => VectorMath.Log(x), Math.Log, 1e-12, 10, 2e-7, absolute: 1e-7);

    [Fact]
    public void Sigmoid_is_accurate() => Check(VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), -80, 80, 3e-7);

    [Fact]
    public void Tanh_is_accurate() => Check(VectorMath.Tanh, Math.Tanh, -12, 12, 3e-7);

    [Fact]
    public void Softplus_is_accurate() => Check(VectorMath.Softplus, x => x > 30 ? x : x < -15 ? Math.Exp(x) * (1 - Math.Exp(x) / 2) : Math.Log(1 + Math.Exp(x)), -80, 80, 3e-7);

    [Fact]
    public void Extremes_are_kept()
    {
        Assert.Equal(0, VectorMath.Exp(Vector256.Create(-1000f))[0]);
        Assert.True(float.IsFinite(VectorMath.Exp(Vector256.Create(1000f))[0]));
        Assert.Equal(1, VectorMath.Sigmoid(Vector256.Create(1000f))[0]);
        Assert.Equal(1, VectorMath.Tanh(Vector256.Create(1000f))[0]);
        Assert.Equal(-1, VectorMath.Tanh(Vector256.Create(-1000f))[0]);
        Assert.Equal(1000, VectorMath.Softplus(Vector256.Create(1000f))[0]);
        Assert.True(float.IsNaN(VectorMath.Exp(Vector256.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Tanh(Vector256.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Sigmoid(Vector256.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Clamp(Vector256.Create(float.NaN), Vector256.Create(1f))[0]));
    }

    private static void Check(
        Func<Vector256<float>, Vector256<float>> function, Func<double, double> exact, double from, double to, double tolerance, double absolute = 0)
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            // Small arguments as often as large ones.
            var scale = i % 2 == 0 ? 1 : Math.Pow(10, -6 * random.NextDouble());
            var x = (float)((from + (to - from) * random.NextDouble()) * scale);
            if (x < from)
                continue;
            var expected = exact(x);
            var error = Math.Abs(function(Vector256.Create(x))[i % 8] - expected);
            Assert.True(error <= tolerance * Math.Abs(expected) + absolute, $"f({x}) is off by {error / Math.Abs(expected):E2}");
        }
    }
}
