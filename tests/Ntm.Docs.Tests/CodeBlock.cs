using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>A block of C# in a document.</summary>
public sealed partial record CodeBlock(string Document, int Line, string Code)
{
    /// <summary>All blocks of all documents.</summary>
    public static IEnumerable<CodeBlock> All()
    {
        foreach (var file in Documents.All())
        {
            var text = File.ReadAllText(file);
            foreach (Match match in Fence().Matches(text))
                yield return new CodeBlock(Documents.NameOf(file), text[..match.Index].Count(c => c == '\n') + 2, match.Groups["code"].Value);
        }
    }

    public override string ToString() => $"{Document}, line {Line}";

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
