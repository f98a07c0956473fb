using Ntm.Core;
using Ntm.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>
/// The flat optimizers against torch's own, and Graves' against his formula in double. Parameters of lengths around multiples of the
/// vector width; 100 steps with the same random gradients, by the CPU's vectors and by torch's operations. Both sides round at 6e-8, a hundred times: within 1e-6 of values of order 1.
/// </summary>
public sealed class FlatOptimizerTests : IDisposable
{
    private const double Tolerance = 1e-6;
    private const int Steps = 100;
    private static readonly int[] Lengths = [1, 3, 8, 16, 17, 31, 100];
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void Rms_prop_is_torchs(double momentum) => CompareWithTorch(
        new TrainingOptions { Optimizer = OptimizerKind.RmsProp, LearningRate = 1e-3, Alpha = 0.9, Momentum = momentum, Epsilon = 1e-6, GradientClip = null },
        parameters => optim.RMSProp(parameters, 1e-3, 0.9, 1e-6, momentum: momentum));

    [Theory]
    [InlineData(0.9, 0.999)]
    [InlineData(0.0, 0.5)]
    public void Adam_is_torchs(double beta1, double beta2) => CompareWithTorch(
        new TrainingOptions { Optimizer = OptimizerKind.Adam, LearningRate = 1e-3, Beta1 = beta1, Beta2 = beta2, Epsilon = 1e-7, GradientClip = null },
        parameters => optim.Adam(parameters, 1e-3, beta1, beta2, 1e-7));

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    public void Without_an_epsilon_it_is_torchs_default(OptimizerKind kind) => CompareWithTorch(
        new TrainingOptions { Optimizer = kind, LearningRate = 1e-3, Alpha = 0.99, Momentum = 0, GradientClip = null },
        parameters => kind == OptimizerKind.Adam ? optim.Adam(parameters, 1e-3) : optim.RMSProp(parameters, 1e-3),
        // Gradients of 1e-8 and less, where an epsilon of 1e-8 counts.
        gradientScale: 1e-8);

    [Fact]
    public void Clipping_is_that_of_clip_grad_value() => CompareWithTorch(
        // A large epsilon: RMSprop alone would hide the scale of the gradients that clipping changes.
        new TrainingOptions { Optimizer = OptimizerKind.RmsProp, LearningRate = 1e-3, Alpha = 0.9, Momentum = 0.5, Epsilon = 0.5, GradientClip = 0.25 },
        parameters => optim.RMSProp(parameters, 1e-3, 0.9, 0.5, momentum: 0.5),
        clip: 0.25);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Graves_rms_prop_is_his_formula(bool asTensors)
    {
        const double Alpha = 0.95, Momentum = 0.9, Rate = 1e-3, Epsilon = 1e-4;
        var options = new TrainingOptions { Optimizer = OptimizerKind.GravesRmsProp, LearningRate = Rate, GradientClip = null };
        var model = new Parameters(1, asTensors);
        using var optimizer = FlatOptimizer.Create(options, model.Flat);
        var values = model.Values().Select(v => (double)v).ToArray();
        double[] n = new double[values.Length], m = new double[values.Length], d = new double[values.Length];
        foreach (var gradient in Gradients(1))
        {
            optimizer.Update(model.Flat, gradient, Rate, double.PositiveInfinity);
            for (var i = 0; i < values.Length; i++)
            {
                double g = gradient[i];
                n[i] = Alpha * n[i] + (1 - Alpha) * g * g;
                m[i] = Alpha * m[i] + (1 - Alpha) * g;
                d[i] = Momentum * d[i] - Rate * g / Math.Sqrt(n[i] - m[i] * m[i] + Epsilon);
                values[i] += d[i];
            }
        }

        Close(values, model.Values());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Graves_rms_prop_survives_a_variance_that_rounding_makes_negative(bool asTensors)
    {
        // A constant gradient: n - m^2 tends to 0, and in float32 to either side of it.
        var model = new Parameters(1, asTensors);
        using var optimizer = FlatOptimizer.Create(new TrainingOptions { Optimizer = OptimizerKind.GravesRmsProp, Epsilon = 1e-12 }, model.Flat);
        var gradient = Enumerable.Repeat(1234.567f, model.Flat.Count).ToArray();
        for (var i = 0; i < 1000; i++)
            optimizer.Update(model.Flat, gradient, 1e-9, double.PositiveInfinity);
        Assert.All(model.Values(), v => Assert.True(float.IsFinite(v)));
    }

    public static TheoryData<OptimizerKind, bool> Kinds => new MatrixTheoryData<OptimizerKind, bool>(Enum.GetValues<OptimizerKind>(), [false, true]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_gradient_is_left_as_it_is_and_steps_are_counted(OptimizerKind kind, bool asTensors)
    {
        var model = new Parameters(1, asTensors);
        using var optimizer = FlatOptimizer.Create(new TrainingOptions { Optimizer = kind }, model.Flat);
        var gradient = Gradients(3).First();
        var copy = gradient.ToArray();
        optimizer.Update(model.Flat, gradient, 1e-3, 0.1);
        optimizer.Update(model.Flat, gradient, 1e-3, 0.1);
        Assert.Equal(copy, gradient);
        Assert.Equal(2, optimizer.Step);
        using var onDevice = tensor(gradient);
        optimizer.Update(model.Flat, new FlatGradient(onDevice), 1e-3, 0.1);
        Assert.Equal(copy, onDevice.data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void State_goes_from_vectors_to_tensors_and_back_without_a_change(OptimizerKind kind, bool asTensors)
    {
        var options = new TrainingOptions { Optimizer = kind };
        Parameters first = new(1, asTensors), second = new(1, !asTensors), third = new(1, asTensors);
        using FlatOptimizer one = FlatOptimizer.Create(options, first.Flat), two = FlatOptimizer.Create(options, second.Flat), three = FlatOptimizer.Create(options, third.Flat);
        var gradients = Gradients(1).Take(6).ToList();
        foreach (var gradient in gradients[..5])
            one.Update(first.Flat, gradient, 1e-3, 0.5);
        two.Restore(one.Step, one.State);
        three.Restore(two.Step, two.State);
        Assert.All(one.State.Zip(three.State), p => Assert.Equal(p.First, p.Second));
        Assert.All(one.State, s => Assert.Contains(s, x => x != 0));
        using (no_grad())
            foreach (var (from, to) in first.All.Zip(third.All))
                to.copy_(from);
        one.Update(first.Flat, gradients[5], 1e-3, 0.5);
        three.Update(third.Flat, gradients[5], 1e-3, 0.5);
        Assert.Equal(first.Values(), third.Values());
    }

    /// <summary>The meta device has shapes and no memory: whoever looked at values, as the CPU's vectors do, would fail here.</summary>
    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.GravesRmsProp)]
    public void An_update_elsewhere_than_on_the_cpu_looks_at_no_value(OptimizerKind kind)
    {
        var model = new Parameters(1, device: META);
        Assert.True(model.Flat.AsTensors);
        using var optimizer = FlatOptimizer.Create(new TrainingOptions { Optimizer = kind }, model.Flat);
        using var gradient = zeros(model.Flat.Count, device: META);
        optimizer.Update(model.Flat, new FlatGradient(gradient), 1e-3, 0.1);
        optimizer.Restore(3, [.. Enumerable.Range(0, 3).Select(_ => new float[model.Flat.Count])]);
        Assert.Equal(3, optimizer.Step);
        Assert.ThrowsAny<Exception>(() => model.Flat.Values(0).ToArray());
    }

    [Fact]
    public void Parameters_on_two_devices_are_refused_by_name()
    {
        var model = new Parameters(1);
        model.All[2] = new Parameter(zeros(3, device: META));
        var error = Assert.Throws<ArgumentException>(() => new FlatParameters(model));
        Assert.Contains("p2", error.Message, StringComparison.Ordinal);
        Assert.Contains("meta", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static void CompareWithTorch(
        TrainingOptions options, Func<IEnumerable<Parameter>, optim.Optimizer> create, double gradientScale = 1, double? clip = null)
    {
        foreach (var asTensors in (bool[])[false, true])
            CompareWithTorch(new Parameters(1, asTensors), options, create, gradientScale, clip);
    }

    private static void CompareWithTorch(
        Parameters ours, TrainingOptions options, Func<IEnumerable<Parameter>, optim.Optimizer> create, double gradientScale, double? clip)
    {
        var theirs = new Parameters(1);
        using var optimizer = FlatOptimizer.Create(options, ours.Flat);
        using var torchs = create(theirs.All);
        foreach (var gradient in Gradients(gradientScale))
        {
            optimizer.Update(ours.Flat, gradient, options.LearningRate, options.GradientClip ?? double.PositiveInfinity);
            var offset = 0;
            foreach (var parameter in theirs.All)
            {
                var length = (int)parameter.numel();
                parameter.grad = tensor(gradient[offset..(offset + length)]);
                offset += length;
            }

            if (clip is { } bound)
                nn.utils.clip_grad_value_(theirs.All, bound);
            torchs.step();
        }

        Assert.NotEqual(new Parameters(1).Values(), ours.Values());
        Close([.. theirs.Values().Select(v => (double)v)], ours.Values());
    }

    private static IEnumerable<float[]> Gradients(double scale)
    {
        var random = new Random(5);
        for (var s = 0; s < Steps; s++)
            yield return [.. Enumerable.Range(0, Lengths.Sum()).Select(_ => (float)(scale * (2 * random.NextDouble() - 1)))];
    }

    private static void Close(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"[{i}] is {actual[i]:R}; expected {expected[i]:R}");
    }

    private sealed class Parameters : ISequenceModel
    {
        public Parameters(int seed, bool asTensors = false, Device? device = null)
        {
            var random = new Random(seed);
            All = [.. Lengths.Select(n => new Parameter(tensor(Enumerable.Range(0, n).Select(_ => 2 * random.NextSingle() - 1).ToArray()).to(device ?? CPU)))];
            Flat = new FlatParameters(this, asTensors);
        }

        public List<Parameter> All { get; }

        public FlatParameters Flat { get; }

        public int InputSize => 1;

        public int OutputSize => 1;

        public float[] Values() => [.. All.SelectMany(p => p.data<float>().ToArray())];

        public Tensor Logits(Tensor inputs) => throw new NotSupportedException();

        public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => All.Select((p, i) => ($"p{i}", p));
    }
}
