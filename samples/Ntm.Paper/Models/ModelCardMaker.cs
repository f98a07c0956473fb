using Ntm.Paper.Catalog;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Models;

/// <summary>Measures models and writes their cards.</summary>
/// <param name="sequences">Held-out sequences of each result.</param>
/// <param name="says">Is told what is measured.</param>
/// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
internal sealed class ModelCardMaker(int sequences, Action<string> says, CancellationToken cancellation)
{
    /// <summary>The seed of what chooses among models.</summary>
    public const int SelectionSeed = 1;

    /// <summary>The seed of what is reported: the one that <c>evaluate</c> has by default.</summary>
    private const int ReportSeed = 0;

    /// <summary>The selection needs fewer: it tells models apart and reports nothing.</summary>
    private const int MostSelectionSequences = 200;

    /// <summary>The card in a folder if it is of this model and these measurements, or else a new one, which is written there.</summary>
    /// <param name="modelFile">The model's file.</param>
    /// <param name="cardFolder">Where its card lies.</param>
    /// <param name="sequencesSeen">Sequences that it was trained on.</param>
    /// <param name="seconds">Seconds that its training took.</param>
    public ModelCard Make(string modelFile, string cardFolder, long sequencesSeen, double seconds)
    {
        var checksum = ModelCard.ChecksumOf(modelFile);
        using var trained = TrainedModel.Load(modelFile);
        var conditions = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, new EvaluationRequest());
        if (ModelCard.Read(cardFolder) is { } card && card.Sha256 == checksum && card.Sequences == sequences
            && card.Results.Select(r => r.Name).SequenceEqual(conditions.Select(c => c.Name)))
        {
            return card;
        }

        card = new ModelCard(
            ShellWord.Join(SettingsCommand.Arguments(trained.Settings)),
            trained.Settings.Seed,
            sequencesSeen,
            seconds,
            trained.Model.named_parameters().Sum(p => p.parameter.numel()),
            checksum,
            sequences,
            Measure(sequences, ReportSeed),
            Measure(Math.Min(sequences, MostSelectionSequences), SelectionSeed));
        Directory.CreateDirectory(cardFolder);
        card.Write(cardFolder);
        return card;

        IReadOnlyList<EvaluationResult> Measure(int count, int seed) => ModelEvaluation.Run(trained.Model, conditions, count, seed, says, cancellation);
    }
}
