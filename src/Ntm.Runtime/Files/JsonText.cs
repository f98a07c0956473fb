using System.Globalization;
using System.Text;

namespace Ntm.Core.Serialization;

/// <summary>JSON strings with the fewest escapes that JSON allows, the same on every version of .NET.</summary>
internal static class JsonText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static StringBuilder AppendQuoted(this StringBuilder builder, ReadOnlySpan<char> text)
    {
        builder.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append("\\\\"),
                '\b' => builder.Append("\\b"),
                '\t' => builder.Append("\\t"),
                '\n' => builder.Append("\\n"),
                '\f' => builder.Append("\\f"),
                '\r' => builder.Append("\\r"),
                < ' ' => builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => builder.Append(c),
            };
        }

        return builder.Append('"');
    }

    /// <summary>Formats a text from a file for an error message: quoted, on one line, and of bounded length.</summary>
    public static string Excerpt(string text)
    {
        const int Limit = 80;
        var excerpt = new StringBuilder();
        if (text.Length <= Limit)
            excerpt.AppendQuoted(text);
        else
            excerpt.AppendQuoted(text.AsSpan(0, Limit)).Append(CultureInfo.InvariantCulture, $"... ({text.Length} characters)");
        return excerpt.ToString();
    }

    public static void ThrowIfNotUnicode(string text, string parameterName)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"Half a surrogate pair at index {e.Index}; expected Unicode text.", parameterName, e);
        }
    }
}
