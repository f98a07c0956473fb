using System.Text.Json;
using System.Text.Json.Serialization;
using Ntm.Core.Serialization;
using Ntm.Shared;
using Ntm.Training.Search;

namespace Ntm.Training;

/// <summary>How far a <see cref="BranchSearch"/> is. It is in the metadata of the weights that the next generation starts from, in one file.</summary>
/// <param name="TrainedSequences">Sequences that the model had been trained on before the search.</param>
/// <param name="Before">The score of that model, on the sequences that choose among generations.</param>
/// <param name="Generations">The generations so far.</param>
/// <param name="Settled">What settling has made of the best; <see langword="null"/> before that.</param>
public sealed record BranchSearchProgress(
    long TrainedSequences, GoalScore Before, IReadOnlyList<BranchGeneration> Generations, BranchSettlement? Settled = null)
{
    private const string Key = "branches";

    /// <summary>The best score of all generations so far, or that of the model before them.</summary>
    [JsonIgnore]
    public GoalScore Best => Measured.MinBy(score => score.Rank);

    /// <summary>Generations since the best one.</summary>
    [JsonIgnore]
    public int SinceBest => Generations.Count - Measured.Select(score => score.Rank).ToList().IndexOf(Best.Rank);

    /// <summary>Seconds that the search took.</summary>
    [JsonIgnore]
    public double Seconds => Generations.Sum(g => g.Seconds) + (Settled?.Seconds ?? 0);

    /// <summary>Whether the model that settled is better than the best of all generations, and so what the search ends with.</summary>
    [JsonIgnore]
    public bool IsSettledBest => Settled is { } settled && settled.Measured.IsBetterThan(Best);

    private IEnumerable<GoalScore> Measured => Generations.Select(g => g.Measured).Prepend(Before);

    /// <summary>Sequences that branches and settling have trained on.</summary>
    /// <param name="options">The options of the search.</param>
    public long Sequences(BranchSearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (Generations.Count * options.Branches * options.BranchSequences) + (Settled?.Sequences ?? 0);
    }

    /// <summary>The progress of the search in a folder, or <see langword="null"/> if none has begun there.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BranchSearchProgress? Read(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var file = new BranchSearchFolder(folder).NextFile;
        if (!File.Exists(file))
            return null;
        try
        {
            return SafeTensorsFile.Load(file).Metadata.TryGetValue(Key, out var text)
                ? Parse(text, $"{file}: metadata {Key}")
                : throw new InvalidDataException($"{file}: found no metadata {Key}; expected what a search among branches wrote.");
        }
        catch (SafeTensorsFormatException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>The metadata that has the progress.</summary>
    internal IReadOnlyDictionary<string, string> ToMetadata() =>
        new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(this, BranchSearchJson.Default.BranchSearchProgress) };

    private static BranchSearchProgress Parse(string json, string source)
    {
        try
        {
            var progress = JsonSerializer.Deserialize(json, BranchSearchJson.Default.BranchSearchProgress);
            return progress is not null && progress.Generations.All(g => g is not null)
                ? progress
                : throw new InvalidDataException($"{source}: found null; expected an object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{source}: {JsonFault.Describe(e, System.Text.Encoding.UTF8.GetBytes(json))}", e);
        }
    }
}

/// <summary>One generation of a <see cref="BranchSearch"/>.</summary>
/// <param name="Branch">The branch that was chosen, from 0.</param>
/// <param name="LearningRate">The learning rate that it began with.</param>
/// <param name="Chosen">Its score on the sequences that choose among the branches of the generation.</param>
/// <param name="Measured">Its score on the sequences that choose among generations.</param>
/// <param name="Seconds">Seconds that the generation took, measuring included.</param>
public sealed record BranchGeneration(int Branch, double LearningRate, GoalScore Chosen, GoalScore Measured, double Seconds);

/// <summary>The training with larger batches that ends a <see cref="BranchSearch"/>.</summary>
/// <param name="Sequences">Sequences that it trained on.</param>
/// <param name="Measured">The score of the settled model, on the sequences that choose among generations.</param>
/// <param name="Seconds">Seconds that it took, measuring included.</param>
public sealed record BranchSettlement(long Sequences, GoalScore Measured, double Seconds);
