using Ntm.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Optimizers;

/// <summary>
/// Runs of an optimizer beside torch's own. Parameters of lengths around multiples of the vector width; 100 steps with the same random
/// gradients, by the CPU's vectors and by torch's operations. Both sides round at 6e-8, a hundred times: within 1e-6 of values of order 1.
/// </summary>
internal static class OptimizerRuns
{
    private const double Tolerance = 1e-6;
    private const int Steps = 100;
    private static readonly int[] Lengths = [1, 3, 8, 16, 17, 31, 100];

    /// <param name="options">Ours.</param>
    /// <param name="create">Makes torch's.</param>
    /// <param name="gradientScale">The largest element of a gradient.</param>
    /// <param name="clipping">How ours clips.</param>
    /// <param name="clip">How torch's gradients are clipped.</param>
    public static void CompareWithTorch(
        OptimizerOptions options, Func<IEnumerable<Parameter>, optim.Optimizer> create, double gradientScale = 1, GradientClipping? clipping = null,
        Action<IEnumerable<Parameter>>? clip = null)
    {
        foreach (var asTensors in (bool[])[false, true])
            CompareWithTorch(new TestParameters(asTensors), options, create, gradientScale, clipping ?? new NoClipping(), clip);
    }

    public static IEnumerable<float[]> Gradients(double scale)
    {
        var random = new Random(5);
        for (var s = 0; s < Steps; s++)
            yield return [.. Enumerable.Range(0, Lengths.Sum()).Select(_ => (float)(scale * (2 * random.NextDouble() - 1)))];
    }

    public static void Close(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"[{i}] is {actual[i]:R}; expected {expected[i]:R}");
    }

    private static void CompareWithTorch(
        TestParameters ours, OptimizerOptions options, Func<IEnumerable<Parameter>, optim.Optimizer> create, double gradientScale, GradientClipping clipping,
        Action<IEnumerable<Parameter>>? clip)
    {
        var theirs = new TestParameters();
        using var optimizer = options.CreateFor(ours.Flat);
        using var torchs = create(theirs.All);
        foreach (var gradient in Gradients(gradientScale))
        {
            optimizer.Update(ours.Flat, gradient, options.LearningRate, clipping);
            theirs.SetGradient(gradient);
            clip?.Invoke(theirs.All);
            torchs.step();
        }

        Assert.NotEqual(new TestParameters().Values(), ours.Values());
        Close([.. theirs.Values().Select(v => (double)v)], ours.Values());
    }

    /// <summary>Parameters alone, without a model.</summary>
    public sealed class TestParameters : ISequenceModel
    {
        public TestParameters(bool asTensors = false, Device? device = null)
        {
            var random = new Random(1);
            All = [.. Lengths.Select(n => new Parameter(tensor(Enumerable.Range(0, n).Select(_ => 2 * random.NextSingle() - 1).ToArray()).to(device ?? CPU)))];
            Flat = new FlatParameters(this, asTensors);
        }

        public List<Parameter> All { get; }

        public FlatParameters Flat { get; }

        public int InputSize => 1;

        public int OutputSize => 1;

        public float[] Values() => [.. All.SelectMany(p => p.data<float>().ToArray())];

        public void SetGradient(float[] gradient)
        {
            var offset = 0;
            foreach (var parameter in All)
            {
                var length = (int)parameter.numel();
                parameter.grad = tensor(gradient[offset..(offset + length)]);
                offset += length;
            }
        }

        public Tensor Logits(Tensor inputs) => throw new NotSupportedException();

        public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => All.Select((p, i) => ($"p{i}", p));
    }
}
