namespace Ntm.Training.Distributed;

/// <summary>The agreement of the ranks at the start of a training: all have begun, and with the same settings.</summary>
internal static class Launch
{
    private const char Line = '\n';
    private const char Value = '\t';

    /// <exception cref="ArgumentException">The batch has fewer sequences than there are ranks.</exception>
    public static void ThrowIfTooSmall(Ranks ranks, TrainingOptions options)
    {
        if (options.BatchSize < ranks.Size)
        {
            throw new ArgumentException(
                $"{nameof(TrainingOptions)}.{nameof(options.BatchSize)} is {options.BatchSize}, which {ranks.Size} ranks are to share; expected {ranks.Size} or more, at least one sequence for each rank.");
        }
    }

    /// <summary>Returns when all ranks have begun with the same settings.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="failure">The failure of this rank; <see langword="null"/> for none.</param>
    /// <param name="settings">Its settings; empty after a failure.</param>
    /// <exception cref="ExchangeException">Another rank has failed, or has other settings.</exception>
    public static void Agree(Ranks ranks, Exception? failure, IReadOnlyList<(string Name, string Value)> settings)
    {
        var failures = ranks.Gather(failure?.Message ?? "");
        if (Array.FindIndex(failures, f => f.Length > 0) is var failed && failed >= 0)
        {
            if (failure is null)
                throw new ExchangeException($"Rank {failed} of {ranks.Size} could not begin the training: {failures[failed]}");
            return;
        }

        var all = ranks.Gather(string.Join(Line, settings.Select(s => $"{s.Name}{Value}{s.Value.ReplaceLineEndings(" ")}")));
        for (var rank = 1; rank < all.Length; rank++)
            ThrowIfDifferent(all[0].Split(Line), all[rank].Split(Line), rank);
    }

    private static void ThrowIfDifferent(string[] first, string[] other, int rank)
    {
        // Lists of other lengths are from other versions or kinds of optimizers, which are named before.
        var different = first.Zip(other).Where(pair => pair.First != pair.Second).Take(5).ToList();
        if (different.Count == 0 && first.Length == other.Length)
            return;
        throw new ExchangeException(
            $"Rank {rank} has {string.Join(", ", different.Select(d => d.Second.Replace(Value, ' ')))}; expected {string.Join(", ", different.Select(d => d.First.Replace(Value, ' ')))}, like rank 0.");
    }
}
