using System.Globalization;
using Ntm.Core;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Paper.Draw;

/// <summary>The figures of a model on one held-out sequence, by file name.</summary>
internal static class SequenceFigures
{
    /// <summary>The most steps of a sequence that is drawn: a column of pixels each, and pictures that viewers still open.</summary>
    public const int MostSteps = 5_000;

    /// <exception cref="UsageException">The sequence is too long.</exception>
    /// <exception cref="InvalidDataException">The model's outputs are not numbers.</exception>
    public static IReadOnlyList<(string Name, Figure Figure)> Of(TrainedModel trained, EvaluationRequest request, int seed)
    {
        var entry = TaskCatalog.Find(trained.Settings.Task);
        var condition = entry.Conditions(trained.Settings, entry.Illustration(request))[0];
        if (condition.Steps > MostSteps)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"A sequence of {condition.Name} has {condition.Steps:N0} steps; expected at most {MostSteps:N0} in a picture."));
        var title = $"{entry.Name}, {condition.Name}";
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var batch = condition.Task.Batch(SequenceSeeds.HeldOut(seed), 0, 1);
        var outputs = trained.Model.Logits(batch.Inputs).sigmoid();
        if (!outputs.isfinite().all().item<bool>())
            throw new InvalidDataException($"{trained.Path}: the model's outputs are not numbers (NaN), so that there is nothing to draw.");
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
