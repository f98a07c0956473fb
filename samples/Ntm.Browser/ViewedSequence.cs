using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Ntm.Runtime;

namespace Ntm.Browser;

/// <summary>A model on one sequence, as <c>viewer.js</c> reads it: numbers are float32 in base64, time first.</summary>
internal sealed class ViewedSequence
{
    public required int Steps { get; init; }

    public required int InputSize { get; init; }

    public required int OutputSize { get; init; }

    /// <summary><c>[T, I]</c></summary>
    public required string Inputs { get; init; }

    /// <summary>Probabilities, <c>[T, O]</c>.</summary>
    public required string Outputs { get; init; }

    /// <summary><c>[T, O]</c>; NaN in steps that require no answer.</summary>
    public required string Targets { get; init; }

    public required int Locations { get; init; }

    public required int Width { get; init; }

    public required int ReadHeads { get; init; }

    public required int WriteHeads { get; init; }

    /// <summary>The memory before the first step, <c>[N, M]</c>.</summary>
    public required string Memory { get; init; }

    /// <summary><c>[T, R, N]</c></summary>
    public required string ReadWeightings { get; init; }

    /// <summary><c>[T, K, N]</c></summary>
    public required string WriteWeightings { get; init; }

    /// <summary><c>[T, K, M]</c></summary>
    public required string Erases { get; init; }

    /// <summary><c>[T, K, M]</c></summary>
    public required string Adds { get; init; }

    /// <summary><c>[T, R, M]</c></summary>
    public required string Reads { get; init; }

    /// <summary>Computes a sequence.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs"><c>[T, I]</c></param>
    /// <param name="targets"><c>[T, O]</c></param>
    /// <param name="steps">The number of steps, <c>T</c>.</param>
    public static ViewedSequence Of(NtmModel model, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, int steps)
    {
        var trace = model.Trace(inputs, steps, threads: 1);
        var probabilities = trace.Logits.ToArray();
        foreach (ref var value in probabilities.AsSpan())
            value = 1 / (1 + MathF.Exp(-value));
        using var session = model.NewSession();
        var memory = new float[trace.Locations * trace.Width];
        session.CopyMemory(memory);
        return new ViewedSequence
        {
            Steps = steps,
            InputSize = model.InputSize,
            OutputSize = model.OutputSize,
            Inputs = Text(inputs),
            Outputs = Text(probabilities),
            Targets = Text(targets),
            Locations = trace.Locations,
            Width = trace.Width,
            ReadHeads = trace.ReadHeads,
            WriteHeads = trace.WriteHeads,
            Memory = Text(memory),
            ReadWeightings = Text(trace.ReadWeightings),
            WriteWeightings = Text(trace.WriteWeightings),
            Erases = Text(trace.Erases),
            Adds = Text(trace.Adds),
            Reads = Text(trace.Reads),
        };
    }

    private static string Text(ReadOnlySpan<float> values) => Convert.ToBase64String(MemoryMarshal.AsBytes(values));
}

/// <summary>The serializer, made at compile time: a trimmed program has no reflection to make one.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ViewedSequence))]
internal sealed partial class ViewedSequenceJson : JsonSerializerContext;
