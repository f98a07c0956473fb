using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ntm.Core;

namespace Ntm.Runtime;

/// <summary>A record of every step of sequences: outputs, and what the heads do.</summary>
public sealed unsafe class SequenceTrace
{
    private readonly float[] _reads;
    private readonly float[] _erases;
    private readonly float[] _adds;
    private readonly float[] _readWeightings;
    private readonly float[] _writeWeightings;

    internal SequenceTrace(NtmOptions options, int steps, int batch)
    {
        (Steps, Batch) = (steps, batch);
        (OutputSize, ReadHeads, WriteHeads) = (options.OutputSize, options.ReadHeads, options.WriteHeads);
        (Locations, Width) = (options.MemoryLocations, options.MemoryWidth);
        LogitsArray = New(OutputSize, 1);
        _reads = New(ReadHeads, Width);
        _erases = New(WriteHeads, Width);
        _adds = New(WriteHeads, Width);
        _readWeightings = New(ReadHeads, Locations);
        _writeWeightings = New(WriteHeads, Locations);
    }

    /// <summary>The number of steps, <c>T</c>.</summary>
    public int Steps { get; }

    /// <summary>The number of sequences, <c>B</c>.</summary>
    public int Batch { get; }

    /// <summary>Width of the output vector, <c>O</c>.</summary>
    public int OutputSize { get; }

    /// <summary>Read heads, <c>R</c>.</summary>
    public int ReadHeads { get; }

    /// <summary>Write heads, <c>K</c>.</summary>
    public int WriteHeads { get; }

    /// <summary>Locations of the memory, <c>N</c>.</summary>
    public int Locations { get; }

    /// <summary>Width of a memory location, <c>M</c>.</summary>
    public int Width { get; }

    /// <summary>The logits, <c>[T, B, O]</c>.</summary>
    public ReadOnlySpan<float> Logits => LogitsArray;

    /// <summary>The read vectors, <c>[T, B, R, M]</c>.</summary>
    public ReadOnlySpan<float> Reads => _reads;

    /// <summary>The erase vectors, <c>[T, B, K, M]</c>.</summary>
    public ReadOnlySpan<float> Erases => _erases;

    /// <summary>The add vectors, <c>[T, B, K, M]</c>.</summary>
    public ReadOnlySpan<float> Adds => _adds;

    /// <summary>The read weightings, <c>[T, B, R, N]</c>.</summary>
    public ReadOnlySpan<float> ReadWeightings => _readWeightings;

    /// <summary>The write weightings, <c>[T, B, K, N]</c>.</summary>
    public ReadOnlySpan<float> WriteWeightings => _writeWeightings;

    internal float[] LogitsArray { get; }

    /// <summary>Returns the weighting of a read head at a step.</summary>
    /// <param name="step">The step, 0 to <c>T - 1</c>.</param>
    /// <param name="sequence">The sequence, 0 to <c>B - 1</c>.</param>
    /// <param name="head">The head, 0 to <c>R - 1</c>.</param>
    /// <returns><c>[N]</c></returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of its range.</exception>
    public ReadOnlySpan<float> ReadWeighting(int step, int sequence = 0, int head = 0) => Weighting(_readWeightings, ReadHeads, step, sequence, head);

    /// <summary>Returns the weighting of a write head at a step.</summary>
    /// <param name="step">The step, 0 to <c>T - 1</c>.</param>
    /// <param name="sequence">The sequence, 0 to <c>B - 1</c>.</param>
    /// <param name="head">The head, 0 to <c>K - 1</c>.</param>
    /// <returns><c>[N]</c></returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of its range.</exception>
    public ReadOnlySpan<float> WriteWeighting(int step, int sequence = 0, int head = 0) => Weighting(_writeWeightings, WriteHeads, step, sequence, head);

    /// <summary>Returns the addresses of the arrays, valid as long as this object is.</summary>
    internal NtmTraceBuffers Buffers(NtmShape shape) => new(shape)
    {
        Reads = Start(_reads),
        Erases = Start(_erases),
        Adds = Start(_adds),
        ReadWeightings = Start(_readWeightings),
        WriteWeightings = Start(_writeWeightings),
    };

    /// <summary>Returns the address of one of the arrays, which do not move.</summary>
    internal static float* Start(float[] array) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));

    private ReadOnlySpan<float> Weighting(float[] weightings, int heads, int step, int sequence, int head)
    {
        Require(step, Steps, nameof(step));
        Require(sequence, Batch, nameof(sequence));
        Require(head, heads, nameof(head));
        return weightings.AsSpan(((step * Batch + sequence) * heads + head) * Locations, Locations);
    }

    private static void Require(int index, int count, string argument)
    {
        if (index < 0 || index >= count)
            throw new ArgumentOutOfRangeException(argument, index, $"Expected 0 to {count - 1}.");
    }

    private float[] New(int heads, int width)
    {
        var length = (Int128)Steps * Batch * heads * width;
        if (length > Array.MaxLength)
            throw new ArgumentException($"The record of {Steps} steps of {Batch} sequences needs an array of {length} numbers; expected at most {Array.MaxLength}: trace fewer.");
        return GC.AllocateArray<float>((int)length, pinned: true);
    }
}
