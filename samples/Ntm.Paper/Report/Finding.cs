using System.Text.Json;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Report;

/// <summary>Something that was tried on a task beyond what a report trains: what helps and what does not. <c>findings.json</c> has them.</summary>
/// <param name="Title">What was asked.</param>
/// <param name="Text">What came out, and how it was measured.</param>
/// <param name="Columns">The heads of its table; none if there is no table.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record Finding(string Title, string Text, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>What was found on a task, in the order of the file.</summary>
    public static IReadOnlyList<Finding> Of(string task) =>
        SettingsJson.ReadResource("findings.json")[task]?.Deserialize<Finding[]>(SettingsJson.Options) ?? [];
}
