namespace Ntm.Paper.Help;

/// <summary>A suggestion for a mistyped word.</summary>
internal static class Suggestion
{
    /// <summary>The known word that is nearest, or <see langword="null"/> if none is near.</summary>
    /// <param name="word">The word.</param>
    /// <param name="known">The words that are known.</param>
    public static string? For(string word, IEnumerable<string> known)
    {
        // Longer ones are no typing errors, and the distance would take its time.
        if (word.Length > 64)
            return null;
        var (nearest, least) = ((string?)null, Math.Min(3, (word.Length / 3) + 1));
        foreach (var candidate in known.Order(StringComparer.Ordinal))
        {
            var distance = Distance(Plain(word), Plain(candidate));
            if (distance < least)
                (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Capitals and underscores do not count as mistakes.</summary>
    private static string Plain(string word) => word.ToLowerInvariant().Replace('_', '-');

    /// <summary>Damerau and Levenshtein's: letters that are missing, too many, others, or changed with their neighbour.</summary>
    internal static int Distance(string left, string right)
    {
        var d = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var other = left[i - 1] == right[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + other);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[left.Length, right.Length];
    }
}
