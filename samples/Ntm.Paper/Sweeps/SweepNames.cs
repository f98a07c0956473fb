using System.Globalization;

namespace Ntm.Paper.Sweeps;

/// <summary>Names of trainings' folders: readable, the same for the same sweep, and without what a shell or file system reads in another way.</summary>
internal static class SweepNames
{
    private const int LongestValue = 24;

    /// <summary>A value as part of a name.</summary>
    public static string Word(string value)
    {
        var word = string.Concat(value.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '_' ? c : '-'));
        return word.Length <= LongestValue ? word : word[^LongestValue..];
    }

    /// <summary>The folder of a training; a rung has its own above it.</summary>
    public static string Folder(int rung, bool isHalving, string name) =>
        isHalving ? string.Create(CultureInfo.InvariantCulture, $"rung-{rung + 1}/{name}") : name;
}
