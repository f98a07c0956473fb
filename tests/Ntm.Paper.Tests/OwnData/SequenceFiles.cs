using System.Runtime.InteropServices;
using Ntm.Core.Serialization;

namespace Ntm.Paper.Tests.OwnData;

/// <summary>Files of sequences as a user makes them.</summary>
internal static class SequenceFiles
{
    /// <summary>The class of a step is the symbol of the step before. The first step does not count, and sequences have 3 to 6 steps.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">The number of sequences, <c>S</c>.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="hasNumber">Whether the file has the number of classes.</param>
    public static void WriteSymbols(string path, int count, int seed, bool hasNumber = true)
    {
        const int Steps = 6, Symbols = 3;
        var random = new Random(seed);
        var symbols = new int[Steps, count];
        var (inputs, classes, mask) = (new float[Steps * count * Symbols], new long[Steps * count], new float[Steps * count]);
        for (var t = 0; t < Steps; t++)
        {
            for (var s = 0; s < count; s++)
            {
                symbols[t, s] = random.Next(Symbols);
                inputs[(t * count + s) * Symbols + symbols[t, s]] = 1;
                classes[t * count + s] = t == 0 ? 0 : symbols[t - 1, s];
                mask[t * count + s] = t == 0 ? 0 : 1;
            }
        }

        long[] lengths = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(3, Steps + 1))];
        new SafeTensorsFile(
            [
                Floats("inputs", inputs, Steps, count, Symbols),
                new SafeTensor("targets", SafeTensorsDType.I64, [Steps, count], MemoryMarshal.AsBytes<long>(classes).ToArray()),
                Floats("mask", mask, Steps, count),
                new SafeTensor("lengths", SafeTensorsDType.I64, [count], MemoryMarshal.AsBytes<long>(lengths).ToArray()),
            ],
            hasNumber ? new Dictionary<string, string> { ["classes"] = $"{Symbols}" } : []).Save(path);
    }

    /// <summary>The target of a step is a function of its two inputs.</summary>
    public static void WriteNumbers(string path, int count, int seed, Func<float, float, float> target)
    {
        const int Steps = 4;
        var random = new Random(seed);
        float[] inputs = [.. Enumerable.Range(0, Steps * count * 2).Select(_ => random.NextSingle())];
        float[] targets = [.. Enumerable.Range(0, Steps * count).Select(i => target(inputs[2 * i], inputs[2 * i + 1]))];
        new SafeTensorsFile([Floats("inputs", inputs, Steps, count, 2), Floats("targets", targets, Steps, count, 1)]).Save(path);
    }

    public static float[] Read(string path, string name)
    {
        Assert.True(SafeTensorsFile.Load(path).TryGetTensor(name, out var tensor));
        return MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
    }

    private static SafeTensor Floats(string name, float[] values, params long[] shape) =>
        new(name, SafeTensorsDType.F32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());
}
