using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ntm.Shared;

/// <summary>
/// Describes an error in a JSON file for the author of the file: line and column, no advice to programmers, no type names. Compiled into each
/// package, because it is too small for its own package.
/// </summary>
internal static partial class JsonFault
{
    /// <param name="fault">The exception of the reader.</param>
    /// <param name="json">The text, as UTF-8.</param>
    public static string Describe(JsonException fault, ReadOnlySpan<byte> json)
    {
        var place = fault.LineNumber is { } line && fault.BytePositionInLine is { } column ? FormattableString.Invariant($"line {line + 1}, column {column + 1}: ") : "";
        return place + What(fault, json);
    }

    /// <summary>Returns the JSON without the byte order mark that some editors write before UTF-8.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> json) => json.StartsWith("\uFEFF"u8) ? json[3..] : json;

    private static string What(JsonException fault, ReadOnlySpan<byte> json)
    {
        var message = fault.Message;
        if (Rest(fault, json) is [(byte)'/', (byte)'/' or (byte)'*', ..])
            return "found a comment; JSON has none.";
        if (message.Contains("trailing comma", StringComparison.Ordinal))
            return "found a comma after the last value; expected none there.";
        if (message.Contains("could not be converted to", StringComparison.Ordinal))
            return $"the value of '{Key(fault)}' is of another kind than expected.";
        if (Missing().Match(message) is { Success: true } missing)
            return $"found no {missing.Groups[1].Value}; expected it.";
        if (Unknown().Match(message) is { Success: true } unknown)
            return $"found '{unknown.Groups[1].Value}'; expected no such name.";
        if (NotNull().IsMatch(message))
            return $"the value of '{Key(fault)}' is null; expected one.";
        return Place().Replace(message.Replace(" Change the reader options.", "", StringComparison.Ordinal), "");
    }

    private static string Key(JsonException fault) => fault.Path?.TrimStart('$', '.') ?? "";

    private static ReadOnlySpan<byte> Rest(JsonException fault, ReadOnlySpan<byte> json)
    {
        if (fault.BytePositionInLine is not { } column)
            return [];
        for (var line = fault.LineNumber; line > 0; line--)
        {
            var end = json.IndexOf((byte)'\n');
            if (end < 0)
                return [];
            json = json[(end + 1)..];
        }

        return column < json.Length ? json[(int)column..] : [];
    }

    [GeneratedRegex(" (Path: |LineNumber: ).*$", RegexOptions.Singleline)]
    private static partial Regex Place();

    [GeneratedRegex("missing required properties,? including:? (.*?)\\.( Path: |$)", RegexOptions.Singleline)]
    private static partial Regex Missing();

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex("doesn't allow (setting )?null values")]
    private static partial Regex NotNull();
}
