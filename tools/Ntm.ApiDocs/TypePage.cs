using System.Text;
using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>The page of a type: its summary, and its members by kind and name.</summary>
internal static class TypePage
{
    public static string Of(INamedTypeSymbol type, Comments comments)
    {
        var comment = comments.Of(type);
        var page = new StringBuilder();
        page.Append($"# {Signatures.Short(type).Replace("<", "\\<", StringComparison.Ordinal)} {Signatures.Kind(type)}\n\n");
        page.Append($"Namespace `{type.ContainingNamespace}`, package `{type.ContainingAssembly.Name}`; [all types](../README.md).\n\n");
        Paragraph(page, comment.Part("summary", type));
        Code(page, Signatures.Of(type));
        Details.Append(page, comment, type, type);
        if (type.TypeKind == TypeKind.Enum)
        {
            Values(page, type, comments);
        }
        else
        {
            Section(page, "Constructors", type, comments, m => m is IMethodSymbol { MethodKind: MethodKind.Constructor });
            Section(page, "Constants and fields", type, comments, m => m is IFieldSymbol);
            Section(page, "Properties", type, comments, m => m is IPropertySymbol);
            Section(page, "Methods", type, comments, m => m is IMethodSymbol { MethodKind: MethodKind.Ordinary });
            Section(page, "Operators", type, comments, m => m is IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion });
            Section(page, "Events", type, comments, m => m is IEventSymbol);
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Section(StringBuilder page, string title, INamedTypeSymbol type, Comments comments, Func<ISymbol, bool> isOf)
    {
        var members = type.VisibleMembers().Where(isOf).OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(Signatures.Heading, StringComparer.Ordinal).ToList();
        if (members.Count == 0)
            return;
        page.Append($"## {title}\n\n");
        foreach (var member in members)
        {
            var comment = comments.Of(member);
            page.Append($"### `{Signatures.Heading(member)}`\n\n");
            Paragraph(page, comment.Part("summary", type));
            Code(page, Signatures.Of(member));
            Details.Append(page, comment, member, type);
        }
    }

    private static void Values(StringBuilder page, INamedTypeSymbol type, Comments comments)
    {
        page.Append("| Value | |\n| --- | --- |\n");
        foreach (var value in type.VisibleMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue))
            page.Append($"| `{value.Name}` | {comments.Of(value).Part("summary", type)} |\n");
    }

    private static void Paragraph(StringBuilder page, string? text)
    {
        if (text is not null)
            page.Append(text).Append("\n\n");
    }

    /// <summary>Marked <c>cs</c>, not <c>csharp</c>, because the tests run blocks marked <c>csharp</c> as programs.</summary>
    private static void Code(StringBuilder page, string declaration) => page.Append($"```cs\n{declaration}\n```\n\n");
}
