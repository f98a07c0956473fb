namespace Ntm.Training.Distributed;

/// <summary>The agreement of the ranks at the start of a training: all have begun, and with the same settings.</summary>
internal static class Launch
{
    private const int MostNamed = 4;
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
            ThrowIfDifferent(Read(all[0]), Read(all[rank]), rank);
    }

    private static List<(string Name, string Value)> Read(string settings) =>
        [.. settings.Split(Line).Select(line => (line[..line.IndexOf(Value, StringComparison.Ordinal)], line[(line.IndexOf(Value, StringComparison.Ordinal) + 1)..]))];

    private static void ThrowIfDifferent(List<(string Name, string Value)> first, List<(string Name, string Value)> other, int rank)
    {
        // Models and optimizers of different kinds have different settings.
        var names = first.Concat(other).Select(s => s.Name).Distinct();
        var different = names.Select(name => (Name: name, Here: Of(other, name), There: Of(first, name))).Where(d => d.Here != d.There).Take(MostNamed).ToList();
        if (different.Count == 0)
            return;
        throw new ExchangeException(
            $"Rank {rank} has {string.Join(", ", different.Select(d => $"{d.Name} {d.Here}"))}; expected {string.Join(", ", different.Select(d => $"{d.Name} {d.There}"))}, like rank 0.");
    }

    private static string Of(List<(string Name, string Value)> settings, string name) =>
        string.Join(" and ", settings.Where(s => s.Name == name).Select(s => s.Value)) is { Length: > 0 } values ? values : "none";
}
