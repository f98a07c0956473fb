using System.Runtime.InteropServices;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Train;

/// <summary>Distinguishes a lack of memory from other failures: torch has no exception type for it.</summary>
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

    /// <summary>Suggests settings that need less memory, for a training that ran out of it.</summary>
    public static string Message(TrainSettings settings)
    {
        string[] sizes = ["--batch-size", "--controller-size", "--controller-layers", .. settings.Architecture == Settings.Architecture.Lstm ? [] : (string[])["--memory-locations", "--memory-width", .. JointRules.HeadOptions(settings)]];
        var values = SettingProperty.All.Where(s => sizes.Contains(s.Option)).Select(s => FormattableString.Invariant($"{s.Option} {s.ValueIn(settings)}"));
        return $"There is not enough memory for this training: {string.Join(", ", values)}, {TaskCatalog.Find(settings.Task).Sizes(settings)}. Expected smaller ones, or a machine with more memory.";
    }
}
