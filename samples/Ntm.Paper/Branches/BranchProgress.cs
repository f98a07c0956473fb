using System.Text.Json.Serialization;
using Ntm.Core.Serialization;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Branches;

/// <summary>How far a search with branches is. It lies in the metadata of the weights that the next generation starts from, in one file.</summary>
/// <param name="TrainedSequences">Sequences that the model had been trained on before.</param>
/// <param name="Before">The score of that model, on the sequences that the best of all generations is chosen by.</param>
/// <param name="Generations">The generations so far.</param>
/// <param name="Settled">What settling has made of their best; <see langword="null"/> before that.</param>
internal sealed record BranchProgress(long TrainedSequences, BranchScore Before, IReadOnlyList<Generation> Generations, Settlement? Settled = null)
{
    private const string Key = "branches";

    /// <summary>The best score of all generations so far.</summary>
    [JsonIgnore]
    public BranchScore Best => Measured.MinBy(Rank);

    /// <summary>Generations since the one that is the best.</summary>
    [JsonIgnore]
    public int SinceBest => Generations.Count - Measured.Select(Rank).ToList().IndexOf(Rank(Best));

    /// <summary>Seconds that it took.</summary>
    [JsonIgnore]
    public double Seconds => Generations.Sum(g => g.Seconds) + (Settled?.Seconds ?? 0);

    /// <summary>Sequences that branches and settling have trained on.</summary>
    /// <param name="settings">The settings of the training.</param>
    public long Sequences(TrainSettings settings) => (Generations.Count * settings.Branches * settings.BranchSequences) + (Settled?.Sequences ?? 0);

    /// <summary>What a folder says, or <see langword="null"/> if no search has begun there.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BranchProgress? Read(BranchFolder folder)
    {
        if (!File.Exists(folder.NextFile))
            return null;
        try
        {
            if (SafeTensorsFile.Load(folder.NextFile).Metadata.TryGetValue(Key, out var text))
                return RecordFile.Parse<BranchProgress>(text, $"{folder.NextFile}: metadata {Key}");
        }
        catch (SafeTensorsFormatException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        throw new InvalidDataException($"{folder.NextFile}: found no metadata {Key}; expected what 'train --generations' wrote.");
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(BranchFolder folder, PaperModel model) =>
        model.Save(folder.NextFile, new Dictionary<string, string> { [Key] = RecordFile.Line(this) });

    /// <summary>Whether a model is better than the best of all generations.</summary>
    public bool IsBetter(BranchScore score) => Rank(score).CompareTo(Rank(Best)) < 0;

    private IEnumerable<BranchScore> Measured => Generations.Select(g => g.Measured).Prepend(Before);

    /// <summary>All goals reached, or else the smaller distance, whichever of them are: one that is just missed is no worse than others.</summary>
    private static (bool, double) Rank(BranchScore score) => (score.MissedGoals > 0, score.Distance);
}
