using System.Globalization;
using System.Text;

namespace Ntm.Shared;

/// <summary>
/// Formats texts that may come from files for messages: of bounded length and without control characters, which a terminal would obey. Compiled into
/// each package, because it is too small for its own package.
/// </summary>
internal static class FileText
{
    private const int MaxLength = 2000;

    public static string Of(string text)
    {
        if (text.Length <= MaxLength && !text.Any(char.IsControl))
            return text;
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
            _ = char.IsControl(c) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : shown.Append(c);
        return text.Length <= MaxLength ? shown.ToString() : shown.Append(CultureInfo.InvariantCulture, $"... ({text.Length} characters)").ToString();
    }
}
