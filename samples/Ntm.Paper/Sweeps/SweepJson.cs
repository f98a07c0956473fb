using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Sweeps;

/// <summary>Members of a sweep's file, of the expected kind or refused by their name.</summary>
internal static class SweepJson
{
    private const int Longest = 60;

    /// <exception cref="UsageException">There is a member of another name.</exception>
    public static void RefuseUnknown(JsonObject json, string source, params string[] known)
    {
        if (json.FirstOrDefault(member => !known.Contains(member.Key)).Key is { } unknown)
            throw new UsageException($"{source}: unknown member '{unknown}'; known are {string.Join(", ", known)}.");
    }

    /// <exception cref="UsageException">It is missing although required, or not a text.</exception>
    public static string? Text(JsonObject json, string name, string source, bool required) => Member(json, name, source, required, "a text") is not { } value ? null
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : throw new UsageException($"{source}: '{name}' is {Short(value)}; expected a text.");

    /// <exception cref="UsageException">It is missing although required, or not an object.</exception>
    public static JsonObject? Object(JsonObject json, string name, string source, bool required) => Member(json, name, source, required, "an object") is not { } value ? null
        : value as JsonObject ?? throw new UsageException($"{source}: '{name}' is {Short(value)}; expected an object.");

    /// <exception cref="UsageException">It is not a whole number of the range.</exception>
    public static long Whole(JsonObject json, string name, string source, long least, long most)
    {
        var value = Member(json, name, source, required: true, "a whole number");
        return value!.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out var number) && number >= least && number <= most
            ? number
            : throw new UsageException(FormattableString.Invariant($"{source}: '{name}' is {Short(value)}; expected a whole number from {least} to {most}."));
    }

    /// <summary>A value as messages show it.</summary>
    public static string Short(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return text.Length <= Longest ? text : $"{text[..Longest]}…";
    }

    private static JsonNode? Member(JsonObject json, string name, string source, bool required, string expected) => json.TryGetPropertyValue(name, out var value)
        ? value ?? throw new UsageException($"{source}: '{name}' is null; expected {expected}.")
        : required ? throw new UsageException($"{source}: there is no '{name}'; expected {expected}.") : null;
}
