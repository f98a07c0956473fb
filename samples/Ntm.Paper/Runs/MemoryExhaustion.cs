using System.Runtime.InteropServices;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Runs;

/// <summary>Tells want of memory from other failures: torch has no exception of its own for it.</summary>
internal static class MemoryExhaustion
{
    private static readonly string[] Words = ["can't allocate memory", "not enough memory", "out of memory", "bad_alloc"];

    public static bool Is(Exception e) => e switch
    {
        OutOfMemoryException => true,
        AggregateException { InnerException: { } inner } => Is(inner),
        ExternalException => Words.Any(word => e.Message.Contains(word, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };

    /// <summary>What settings would take less memory, for a training that found too little.</summary>
    public static string Message(TrainSettings settings)
    {
        string[] sizes = ["--batch-size", "--controller-size", "--controller-layers", .. settings.Architecture == Settings.Architecture.Lstm ? [] : (string[])["--memory-locations", "--memory-width", "--heads"], .. LongestOf(settings.Task)];
        var values = SettingProperty.All.Where(s => sizes.Contains(s.Option)).Select(s => FormattableString.Invariant($"{s.Option} {s.Property.GetValue(settings)}"));
        return $"There is not enough memory for this training: {string.Join(", ", values)}. Expected smaller ones, or a machine with more memory.";
    }

    private static string[] LongestOf(string task) => task switch
    {
        "copy" => ["--max-length"],
        "repeat-copy" => ["--max-length", "--max-repeats"],
        "associative-recall" => ["--max-items"],
        _ => [],
    };
}
