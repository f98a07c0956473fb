using Ntm.Core;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Runs;
using Ntm.Tasks;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>What is drawn of a model on one held-out sequence, by file name.</summary>
internal static class SequenceFigures
{
    public static IReadOnlyList<(string Name, Figure Figure)> Of(TrainedModel trained, EvaluationRequest request, int seed)
    {
        var entry = TaskCatalog.Find(trained.Settings.Task);
        var condition = entry.Conditions(trained.Settings, entry.Illustration(request))[0];
        var title = $"{entry.Name}, {condition.Name}";
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var batch = condition.Task.Batch(SequenceSeeds.HeldOut(seed), 0, 1);
        var outputs = trained.Model.Logits(batch.Inputs).sigmoid();
        return
        [
            .. condition.Task is NGramTask source ? PredictionFigures.Of(title, source, batch, outputs) : [("outputs", AnswerFigure.Of(title, batch, outputs))],
            // Only a machine has a memory to show.
            .. trained.Machine is { } machine ? OfMemory(machine, title, condition.Task, batch, outputs) : [],
        ];
    }

    private static IEnumerable<(string Name, Figure Figure)> OfMemory(
        NeuralTuringMachine machine, string title, SequenceTask task, SequenceBatch batch, Tensor outputs)
    {
        var trace = machine.Trace(batch.Inputs);
        return
        [
            .. MemoryFigures.Of(title, batch.Inputs, outputs, trace),
            .. task is PrioritySortTask sort ? LocationFigures.Of(title, sort, batch, trace) : [],
        ];
    }
}
