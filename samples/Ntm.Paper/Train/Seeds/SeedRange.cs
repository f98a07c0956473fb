using System.Globalization;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Train;

/// <summary>Seeds as a user writes them: <c>1-10</c>, <c>1,4,7</c>, <c>1-3,8</c>.</summary>
internal static class SeedRange
{
    private const int Most = 10_000;

    /// <param name="text">The list.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="UsageException">It is not such a list.</exception>
    public static IReadOnlyList<int> Parse(string text, string source = "--seeds")
    {
        var seeds = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryParse(ends[0], out var first) || !TryParse(ends[^1], out var last) || last < first || last - first >= Most - seeds.Count)
                throw new UsageException($"{source} is '{text}'; it must be seeds and ranges of seeds, such as 1-10 or 1,4,7, at most {Most} in all.");
            seeds.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. seeds];
    }

    /// <summary>The shortest list of some seeds.</summary>
    /// <param name="seeds">The seeds, rising.</param>
    public static string Text(IReadOnlyList<int> seeds)
    {
        List<string> parts = [];
        for (var i = 0; i < seeds.Count;)
        {
            var next = i + 1;
            while (next < seeds.Count && seeds[next] == seeds[next - 1] + 1)
                next++;
            parts.Add(next == i + 1 ? string.Create(CultureInfo.InvariantCulture, $"{seeds[i]}") : string.Create(CultureInfo.InvariantCulture, $"{seeds[i]}-{seeds[next - 1]}"));
            i = next;
        }

        return string.Join(',', parts);
    }

    private static bool TryParse(string text, out int seed) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);
}
