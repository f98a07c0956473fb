using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Paper.Models;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Paper.Draw.Viewer;

/// <summary>
/// A model on one sequence, for the viewer: <c>viewer.js</c> reads it as JSON. All numbers are float32 in base64, time first. The memory itself is not in it:
/// the viewer computes it from its start and what the heads do.
/// </summary>
/// <param name="Name">What the viewer calls the sequence.</param>
/// <param name="Steps">The number of steps, <c>T</c>.</param>
/// <param name="InputSize">The width of the inputs, <c>I</c>.</param>
/// <param name="OutputSize">The width of the outputs, <c>O</c>.</param>
/// <param name="Inputs"><c>[T, I]</c></param>
/// <param name="Outputs"><c>[T, O]</c>: probabilities, or the numbers themselves.</param>
/// <param name="Targets"><c>[T, O]</c>; NaN in steps that require no answer.</param>
internal sealed record SequenceTrace(string Name, int Steps, int InputSize, int OutputSize, string Inputs, string Outputs, string Targets)
{
    /// <summary>The number of locations, <c>N</c>; 0 for a model without a memory, which has none of what follows.</summary>
    public int Locations { get; private init; }

    /// <summary>The width of a location, <c>M</c>.</summary>
    public int Width { get; private init; }

    public int ReadHeads { get; private init; }

    public int WriteHeads { get; private init; }

    /// <summary>The memory before the first step, <c>[N, M]</c>.</summary>
    public string? Memory { get; private init; }

    /// <summary><c>[T, R, N]</c></summary>
    public string? ReadWeightings { get; private init; }

    /// <summary><c>[T, K, N]</c></summary>
    public string? WriteWeightings { get; private init; }

    /// <summary><c>[T, K, M]</c></summary>
    public string? Erases { get; private init; }

    /// <summary><c>[T, K, M]</c></summary>
    public string? Adds { get; private init; }

    /// <summary><c>[T, R, M]</c></summary>
    public string? Reads { get; private init; }

    /// <param name="name">What the viewer calls the sequence.</param>
    /// <param name="model">The model.</param>
    /// <param name="task">What the sequence is of.</param>
    /// <param name="batch">The sequence, alone.</param>
    public static SequenceTrace Of(string name, PaperModel model, SequenceTask task, SequenceBatch batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var machine = (model as NtmPaperModel)?.Machine;
        var seen = machine?.Trace(batch.Inputs);
        var outputs = Predictions.Of(task.Loss, seen?.Logits ?? model.Sequences.Logits(batch.Inputs));
        var width = (int)outputs.size(2);
        var trace = new SequenceTrace(
            name, (int)batch.Steps, (int)batch.Inputs.size(2), width, Text(batch.Inputs), Text(outputs), Text(Answers(task, batch, width)));
        if (machine is null || seen is null)
            return trace;
        var options = machine.Options;
        return trace with
        {
            Locations = options.MemoryLocations,
            Width = options.MemoryWidth,
            ReadHeads = options.ReadHeads,
            WriteHeads = options.WriteHeads,
            Memory = Text(machine.InitialState(1).Memory),
            ReadWeightings = Text(seen.ReadWeightings),
            WriteWeightings = Text(seen.WriteWeightings),
            Erases = Text(seen.Erases),
            Adds = Text(seen.Adds),
            Reads = Text(seen.Reads),
        };
    }

    /// <summary>The targets, one column for each output, and NaN in steps that do not count.</summary>
    private static Tensor Answers(SequenceTask task, SequenceBatch batch, int width)
    {
        var values = task.Loss == LossKind.SoftmaxCrossEntropy && batch.Targets.dim() == 2
            ? nn.functional.one_hot(batch.Targets.to(ScalarType.Int64).clamp(0, width - 1), width).to(ScalarType.Float32)
            : batch.Targets.to(ScalarType.Float32);
        return values.masked_fill(batch.Mask.eq(0).unsqueeze(2), float.NaN);
    }

    private static string Text(Tensor values)
    {
        using var copy = values.to(ScalarType.Float32).cpu().contiguous();
        return Convert.ToBase64String(MemoryMarshal.AsBytes<float>(copy.data<float>().ToArray()));
    }
}
