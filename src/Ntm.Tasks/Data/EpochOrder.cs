namespace Ntm.Tasks;

/// <summary>The order in which the sequences of an epoch are read: a function of the stream, the epoch, the options and the lengths of the sequences.</summary>
/// <param name="shuffles">Whether the sequences are shuffled.</param>
/// <param name="groupSize">The number of adjacent sequences of similar length; at most 1 for any lengths.</param>
internal sealed class EpochOrder(bool shuffles, int groupSize)
{
    /// <summary>The number of groups among whose sequences similar lengths are found. More of them are more similar, but less shuffled.</summary>
    private const int GroupsPerWindow = 32;

    /// <summary>The order of the data itself.</summary>
    public static EpochOrder None { get; } = new(shuffles: false, groupSize: 0);

    /// <summary>Computes an order.</summary>
    /// <param name="order">Receives the indices of the sequences, 0 to <c>Length - 1</c>.</param>
    /// <param name="first">The index in the stream, over all epochs, of the first of these sequences. Groups begin at multiples of their size in the stream, as
    /// batches do.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="stepsOf">Returns the number of steps of a sequence.</param>
    public void Fill(Span<int> order, long first, TaskRandom random, Func<int, int> stepsOf)
    {
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        if (shuffles)
            Shuffle(order, 1, ref random);
        if (groupSize <= 1)
            return;
        // The sequences before the first whole group and after the last one are in batches with those of other epochs, and stay as they are.
        var before = (int)((groupSize - first % groupSize) % groupSize);
        if (before >= order.Length)
            return;
        var groups = order[before..];
        groups = groups[..(groups.Length / groupSize * groupSize)];
        for (var window = 0; window < groups.Length; window += groupSize * GroupsPerWindow)
        {
            var inWindow = groups.Slice(window, Math.Min(groupSize * GroupsPerWindow, groups.Length - window));
            SortBySteps(inWindow, stepsOf);
            if (shuffles)
                Shuffle(inWindow, groupSize, ref random);
        }
    }

    /// <summary>Shuffles groups of adjacent elements, each order equally likely (Fisher and Yates).</summary>
    private static void Shuffle(Span<int> values, int size, ref TaskRandom random)
    {
        for (var last = values.Length / size - 1; last > 0; last--)
        {
            var other = random.NextInt(0, last);
            for (var i = 0; i < size; i++)
                (values[last * size + i], values[other * size + i]) = (values[other * size + i], values[last * size + i]);
        }
    }

    private static void SortBySteps(Span<int> values, Func<int, int> stepsOf)
    {
        // Sequences of equal length keep their order, so the result does not depend on the way of sorting.
        var keys = new (int Steps, int Place)[values.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (stepsOf(values[i]), i);
        keys.AsSpan().Sort(values);
    }
}
