using Ntm.Training.Optimizers;
using Ntm.Training.Tests.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Clipping;

/// <summary>Clipping compared with torch's, by CPU vectors and by torch operations.</summary>
public sealed class GradientClippingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, bool> Paths => new MatrixTheoryData<string, bool>(GradientClipping.Names, [false, true]);

    // A large epsilon: RMSprop alone would hide the scale of the gradients that clipping changes.
    private static RmsProp Optimizer => new() { LearningRate = 1e-3, Alpha = 0.9, Momentum = 0.5, Epsilon = 0.5 };

    [Fact]
    public void By_value_it_is_that_of_clip_grad_value() => OptimizerRuns.CompareWithTorch(
        Optimizer, parameters => optim.RMSProp(parameters, 1e-3, 0.9, 0.5, momentum: 0.5),
        clipping: new ClipByValue { ClipValue = 0.25 }, clip: parameters => nn.utils.clip_grad_value_(parameters, 0.25));

    /// <summary>Gradients have norms of about 7.7: one is always above the bound, one between, and one never.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(7.7)]
    [InlineData(100)]
    public void By_norm_it_is_that_of_clip_grad_norm(double norm)
    {
        var norms = OptimizerRuns.Gradients(1).Select(g => Math.Sqrt(g.Sum(x => (double)x * x))).ToList();
        Assert.InRange(7.7, norms.Min(), norms.Max());
        OptimizerRuns.CompareWithTorch(
            Optimizer, parameters => optim.RMSProp(parameters, 1e-3, 0.9, 0.5, momentum: 0.5),
            clipping: new ClipByNorm { MaxNorm = norm }, clip: parameters => nn.utils.clip_grad_norm_(parameters, norm));
    }

    /// <summary>Of lengths around multiples of the vector width, against sums in double.</summary>
    [Fact]
    public void The_norm_is_over_all_elements()
    {
        var random = new Random(3);
        for (var length = 1; length < 70; length++)
        {
            float[] gradient = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() + 0.5f)];
            var norm = Math.Sqrt(gradient.Sum(x => (double)x * x));
            Assert.Equal(0.25 / norm, new ClipByNorm { MaxNorm = 0.25 }.For(gradient).Scale, 2e-6 / norm);
            using var onDevice = tensor(gradient);
            new ClipByNorm { MaxNorm = 0.25 }.Clip(onDevice);
            Assert.All(gradient.Zip(onDevice.data<float>().ToArray()), p => Assert.Equal(p.First * 0.25 / norm, p.Second, 2e-6));
        }
    }

    /// <summary>Squares of these overflow float32.</summary>
    [Fact]
    public void A_gradient_of_huge_elements_keeps_its_direction()
    {
        float[] gradient = [3e30f, -4e30f];
        Assert.Equal(1 / 5e30, new ClipByNorm().For(gradient).Scale, 1e-36);
        using var onDevice = tensor(gradient);
        new ClipByNorm().Clip(onDevice);
        Assert.All(((float[])[0.6f, -0.8f]).Zip(onDevice.data<float>().ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    [Fact]
    public void A_gradient_of_zeros_stays_one()
    {
        Assert.Equal(1, new ClipByNorm().For(new float[9]).Scale);
        using var onDevice = zeros(9, dtype: ScalarType.Float32, device: CPU);
        new ClipByNorm().Clip(onDevice);
        Assert.All(onDevice.data<float>().ToArray(), x => Assert.Equal(0, x));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_same_gradient_gives_the_same_bits(string name, bool asTensors)
    {
        Assert.Equal(Run(), Run());

        float[] Run()
        {
            var parameters = new OptimizerRuns.TestParameters(asTensors);
            using var optimizer = Optimizer.CreateFor(parameters.Flat);
            foreach (var gradient in OptimizerRuns.Gradients(1).Take(5))
                optimizer.Update(parameters.Flat, gradient, 1e-3, GradientClipping.Create(name));
            return parameters.Values();
        }
    }

    /// <summary>The meta device has shapes and no memory: reading a value would fail here.</summary>
    [Theory]
    [InlineData("value")]
    [InlineData("norm")]
    [InlineData("none")]
    public void Clipping_elsewhere_than_on_the_cpu_looks_at_no_value(string name)
    {
        var parameters = new OptimizerRuns.TestParameters(device: META);
        using var optimizer = Optimizer.CreateFor(parameters.Flat);
        using var gradient = zeros(parameters.Flat.Count, dtype: ScalarType.Float32, device: META);
        optimizer.Update(parameters.Flat, new FlatGradient(gradient), 1e-3, GradientClipping.Create(name));
        Assert.Equal(1, optimizer.Step);
    }

    [Fact]
    public void A_way_of_clipping_is_made_by_its_name()
    {
        Assert.All(GradientClipping.Names, name => Assert.Equal(name, GradientClipping.Create(name).Name));
        Assert.Equal(GradientClipping.Names.Count, typeof(GradientClipping).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(GradientClipping))));
        Assert.Contains("'twice'; expected one of value, norm, none", Assert.Throws<ArgumentException>(() => GradientClipping.Create("twice")).Message, StringComparison.Ordinal);
    }
}
