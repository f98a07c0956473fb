using Ntm.Core;
using Ntm.Paper.Models;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Paper.Draw.Viewer;

/// <summary>Computes a model's sequences for the viewer.</summary>
internal static class ViewedModel
{
    /// <param name="name">The sequence's name in the viewer.</param>
    /// <param name="path">The model's file, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="task">The task of the sequence.</param>
    /// <param name="batch">The sequence, alone.</param>
    /// <exception cref="InvalidDataException">The model's outputs are not numbers.</exception>
    public static ViewedSequence Of(string name, string path, PaperModel model, SequenceTask task, SequenceBatch batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var machine = (model as NtmPaperModel)?.Machine;
        var seen = machine?.Trace(batch.Inputs);
        var outputs = Predictions.Drawable(path, task.Loss, seen?.Logits ?? model.Sequences.Logits(batch.Inputs));
        var width = (int)outputs.size(2);
        var sequence = new ViewedSequence
        {
            Name = name,
            Steps = (int)batch.Steps,
            InputSize = (int)batch.Inputs.size(2),
            OutputSize = width,
            Inputs = Text(batch.Inputs),
            Outputs = Text(outputs),
            Targets = Text(Targets(task, batch, width)),
        };
        if (machine is null || seen is null)
            return sequence;
        var options = machine.Options;
        return sequence with
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

    /// <summary>Returns the targets, one column for each output, and NaN in steps that do not count.</summary>
    private static Tensor Targets(SequenceTask task, SequenceBatch batch, int width)
    {
        var values = task.Loss == LossKind.SoftmaxCrossEntropy && batch.Targets.dim() == 2
            ? nn.functional.one_hot(batch.Targets.to(ScalarType.Int64).clamp(0, width - 1), width).to(ScalarType.Float32)
            : batch.Targets.to(ScalarType.Float32);
        return values.masked_fill(batch.Mask.eq(0).unsqueeze(2), float.NaN);
    }

    private static string Text(Tensor values)
    {
        using var copy = values.to(ScalarType.Float32).cpu().contiguous();
        return ViewedSequence.Text(copy.data<float>().ToArray());
    }
}
