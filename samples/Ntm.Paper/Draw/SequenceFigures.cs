using System.Globalization;
using Ntm.Core;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.OwnData;
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
        var condition = ConditionOf(trained, request);
        using var scope = NewDisposeScope();
        return Of(trained.Path, trained.Paper, $"{trained.Settings.Task}, {condition.Name}", condition.Task, condition.Task.Batch(SequenceSeeds.HeldOut(seed), 0, 1));
    }

    /// <summary>The condition that a model is drawn in.</summary>
    /// <exception cref="UsageException">Its sequences are too long.</exception>
    public static TaskCondition ConditionOf(TrainedModel trained, EvaluationRequest request)
    {
        var entry = TaskCatalog.Find(trained.Settings.Task);
        var condition = entry.Conditions(trained.Settings, entry.Illustration(request))[0];
        return condition.Steps <= MostSteps
            ? condition
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"A sequence of {condition.Name} has {condition.Steps:N0} steps; expected at most {MostSteps:N0} in a picture."));
    }

    /// <summary>A sequence of a file, and its name.</summary>
    /// <inheritdoc cref="Of(DataModel, DataTask, string, int)"/>
    public static (string Name, SequenceBatch Batch) SequenceOf(DataTask task, string file, int sequence)
    {
        var source = task.SourceOf(DataPart.Test)!;
        if (sequence >= source.Count)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--sequence is {sequence}, and --data {file} has {source.Count:N0} sequences; expected 0 to {source.Count - 1}."));
        if (source.StepsOf(sequence) > MostSteps)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"Sequence {sequence} of --data {file} has {source.StepsOf(sequence):N0} steps; expected at most {MostSteps:N0} in a picture."));
        try
        {
            return (FormattableString.Invariant($"{Path.GetFileName(file)}, sequence {sequence}"), task.Batch(SequenceSeeds.HeldOut(0), sequence, 1));
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
    }

    /// <summary>The figures of a model on a sequence of a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The file's sequences, as the test part.</param>
    /// <param name="file">The file.</param>
    /// <param name="sequence">The number of the sequence.</param>
    /// <exception cref="UsageException">There is no such sequence, or it is too long.</exception>
    /// <exception cref="InvalidDataException">The sequence cannot be read, or the model's outputs are not numbers.</exception>
    public static IReadOnlyList<(string Name, Figure Figure)> Of(DataModel model, DataTask task, string file, int sequence)
    {
        using var scope = NewDisposeScope();
        var (name, batch) = SequenceOf(task, file, sequence);
        return Of(model.Path, model.Paper, name, task, batch);
    }

    private static IReadOnlyList<(string Name, Figure Figure)> Of(string path, PaperModel model, string title, SequenceTask task, SequenceBatch batch)
    {
        using var noGrad = no_grad();
        var outputs = Predictions.Drawable(path, task.Loss, model.Sequences.Logits(batch.Inputs));
        return
        [
            .. task is NGramTask source ? PredictionFigures.Of(title, source, batch, outputs) : [("outputs", AnswerFigure.Of(title, batch, outputs))],
            // Only a machine has a memory to show.
            .. model is NtmPaperModel { Machine: var machine } ? OfMemory(machine, title, task, batch, outputs) : [],
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
