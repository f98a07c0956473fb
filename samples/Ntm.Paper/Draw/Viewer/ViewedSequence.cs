using System.Runtime.InteropServices;

namespace Ntm.Paper.Draw.Viewer;

/// <summary>
/// A model on one sequence, as <c>viewer.js</c> reads it in JSON. All numbers are float32 in base64, time first. The memory itself is not in it: the viewer
/// computes it from its start and what the heads do. <c>Ntm.Browser</c> compiles this file as well.
/// </summary>
internal sealed record ViewedSequence
{
    /// <summary>The sequence's name in the viewer.</summary>
    public required string Name { get; init; }

    /// <summary>The number of steps, <c>T</c>.</summary>
    public required int Steps { get; init; }

    /// <summary>The width of the inputs, <c>I</c>.</summary>
    public required int InputSize { get; init; }

    /// <summary>The width of the outputs, <c>O</c>.</summary>
    public required int OutputSize { get; init; }

    /// <summary><c>[T, I]</c></summary>
    public required string Inputs { get; init; }

    /// <summary><c>[T, O]</c>: probabilities, or the numbers themselves.</summary>
    public required string Outputs { get; init; }

    /// <summary><c>[T, O]</c>; NaN in steps that require no answer.</summary>
    public required string Targets { get; init; }

    /// <summary>The number of locations, <c>N</c>; 0 for a model without a memory, which has none of what follows.</summary>
    public int Locations { get; init; }

    /// <summary>The width of a location, <c>M</c>.</summary>
    public int Width { get; init; }

    /// <summary>Read heads, <c>R</c>.</summary>
    public int ReadHeads { get; init; }

    /// <summary>Write heads, <c>K</c>.</summary>
    public int WriteHeads { get; init; }

    /// <summary>The memory before the first step, <c>[N, M]</c>.</summary>
    public string? Memory { get; init; }

    /// <summary><c>[T, R, N]</c></summary>
    public string? ReadWeightings { get; init; }

    /// <summary><c>[T, K, N]</c></summary>
    public string? WriteWeightings { get; init; }

    /// <summary><c>[T, K, M]</c></summary>
    public string? Erases { get; init; }

    /// <summary><c>[T, K, M]</c></summary>
    public string? Adds { get; init; }

    /// <summary><c>[T, R, M]</c></summary>
    public string? Reads { get; init; }

    /// <summary>Returns numbers as the viewer reads them.</summary>
    public static string Text(ReadOnlySpan<float> values) => Convert.ToBase64String(MemoryMarshal.AsBytes(values));
}
