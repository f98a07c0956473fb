using System.Text.Json.Serialization;
using Ntm.Paper.Draw.Viewer;
using Ntm.Runtime;

namespace Ntm.Browser;

/// <summary>Computes a sequence for the viewer.</summary>
internal static class ComputedSequence
{
    /// <param name="name">The sequence's name in the viewer.</param>
    /// <param name="model">The model, of bits.</param>
    /// <param name="inputs"><c>[T, I]</c></param>
    /// <param name="targets"><c>[T, O]</c></param>
    /// <param name="steps">The number of steps, <c>T</c>.</param>
    public static ViewedSequence Of(string name, NtmModel model, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, int steps)
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
            Name = name,
            Steps = steps,
            InputSize = model.InputSize,
            OutputSize = model.OutputSize,
            Inputs = ViewedSequence.Text(inputs),
            Outputs = ViewedSequence.Text(probabilities),
            Targets = ViewedSequence.Text(targets),
            Locations = trace.Locations,
            Width = trace.Width,
            ReadHeads = trace.ReadHeads,
            WriteHeads = trace.WriteHeads,
            Memory = ViewedSequence.Text(memory),
            ReadWeightings = ViewedSequence.Text(trace.ReadWeightings),
            WriteWeightings = ViewedSequence.Text(trace.WriteWeightings),
            Erases = ViewedSequence.Text(trace.Erases),
            Adds = ViewedSequence.Text(trace.Adds),
            Reads = ViewedSequence.Text(trace.Reads),
        };
    }
}

/// <summary>The serializer, made at compile time: a trimmed program has no reflection to make one.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ViewedSequence))]
internal sealed partial class ViewedSequenceJson : JsonSerializerContext;
