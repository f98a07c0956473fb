namespace Ntm.Tasks;

/// <summary>The division of a source into parts, by shares.</summary>
/// <param name="Training">The rest.</param>
/// <param name="Validation">The sequences held out for validation; null if there are none.</param>
/// <param name="Test">The sequences held out for the test; null if there are none.</param>
internal sealed record DataSplit(SequenceSource Training, SequenceSource? Validation, SequenceSource? Test)
{
    /// <summary>Divides a source. Every part is in the source's order.</summary>
    /// <param name="source">The source.</param>
    /// <param name="validationShare">0 or more, and below 1. Above 0, at least one sequence is taken.</param>
    /// <param name="options">The share of the test and the seed of the choice.</param>
    /// <exception cref="ArgumentException">No sequence is left to train on.</exception>
    public static DataSplit Of(SequenceSource source, double validationShare, DataTaskOptions options)
    {
        var testShare = options.TestShare ?? 0;
        var (validation, test) = (CountOf(validationShare, source.Count), CountOf(testShare, source.Count));
        if (validation + test == 0)
            return new DataSplit(source, null, null);
        if (validation + test >= source.Count)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"ValidationShare {validationShare} and TestShare {testShare} take {validation} and {test} of {source.Count} sequences; expected some to be left to train on."),
                nameof(options));
        }

        var order = new int[source.Count];
        new EpochOrder(shuffles: true, groupSize: 0).Fill(order, 0, new TaskRandom((ulong)options.SplitSeed, 0), _ => 0);
        return new DataSplit(
            Part(source, order.AsSpan(validation + test))!, Part(source, order.AsSpan(0, validation)), Part(source, order.AsSpan(validation, test)));
    }

    private static int CountOf(double share, int count) => share == 0 ? 0 : (int)Math.Max(1, Math.Round(share * count));

    private static SequenceSubset? Part(SequenceSource source, Span<int> indices)
    {
        if (indices.IsEmpty)
            return null;
        indices.Sort();
        return new SequenceSubset(source, indices.ToArray());
    }
}
