using System.Text;
using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>The page that lists all types.</summary>
internal static class IndexPage
{
    public static string Of(IReadOnlyList<INamedTypeSymbol> types, Comments comments)
    {
        var page = new StringBuilder("# API reference\n\n");
        page.Append("The public types and members of the packages: shapes, ranges, defaults, exceptions. `tools/api-docs.sh` generates these pages from the documentation in the code.\n");
        foreach (var space in types.GroupBy(t => t.ContainingNamespace.ToString()!).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            page.Append($"\n## {space.Key}\n\n| | |\n| --- | --- |\n");
            foreach (var type in space.OrderBy(Signatures.Short, StringComparer.Ordinal))
                page.Append($"| [{Signatures.Short(type).Replace("<", "\\<", StringComparison.Ordinal)}]({PageLinks.PageOf(type)}) | {FirstSentence(comments.Of(type).Part("summary", page: null) ?? "")} |\n");
        }

        return page.ToString();
    }

    private static string FirstSentence(string text)
    {
        var line = text.Split('\n')[0];
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? line : line[..(end + 1)];
    }
}
