using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>Graves' RMSprop against his formula in double.</summary>
public sealed class GravesRmsPropTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_his_formula(bool asTensors)
    {
        const double Alpha = 0.95, Momentum = 0.9, Rate = 1e-3, Epsilon = 1e-4;
        var model = new OptimizerRuns.TestParameters(asTensors);
        using var optimizer = new GravesRmsProp { LearningRate = Rate }.CreateFor(model.Flat);
        var values = model.Values().Select(v => (double)v).ToArray();
        double[] n = new double[values.Length], m = new double[values.Length], d = new double[values.Length];
        foreach (var gradient in OptimizerRuns.Gradients(1))
        {
            optimizer.Update(model.Flat, gradient, Rate, new NoClipping());
            for (var i = 0; i < values.Length; i++)
            {
                double g = gradient[i];
                n[i] = Alpha * n[i] + (1 - Alpha) * g * g;
                m[i] = Alpha * m[i] + (1 - Alpha) * g;
                d[i] = Momentum * d[i] - Rate * g / Math.Sqrt(n[i] - m[i] * m[i] + Epsilon);
                values[i] += d[i];
            }
        }

        OptimizerRuns.Close(values, model.Values());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_survives_a_variance_that_rounding_makes_negative(bool asTensors)
    {
        // A constant gradient: n - m^2 tends to 0, and in float32 to either side of it.
        var model = new OptimizerRuns.TestParameters(asTensors);
        using var optimizer = new GravesRmsProp { Epsilon = 1e-12 }.CreateFor(model.Flat);
        var gradient = Enumerable.Repeat(1234.567f, model.Flat.Count).ToArray();
        for (var i = 0; i < 1000; i++)
            optimizer.Update(model.Flat, gradient, 1e-9, new NoClipping());
        Assert.All(model.Values(), v => Assert.True(float.IsFinite(v)));
    }
}
