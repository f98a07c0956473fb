using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>Writes the sections after a declaration: parameters, value, result, exceptions, remarks.</summary>
internal static class Details
{
    public static void Append(StringBuilder page, Comment comment, ISymbol symbol, INamedTypeSymbol type)
    {
        List<string> lines =
        [
            .. TypeParameters(symbol).Select(p => (p.Name, Text: comment.TypeParameter(p.Name, type))).Where(p => p.Text is not null).Select(p => $"`{p.Name}`: {p.Text}"),
            .. Parameters(symbol).Select(p => (p.Name, Text: comment.Parameter(p.Name, type))).Where(p => p.Text is not null).Select(p => $"`{p.Name}`: {p.Text}"),
        ];
        Add("Returns", comment.Part("returns", type));
        Add("Value", comment.Part("value", type));
        Add("Range", comment.Range());
        lines.AddRange(comment.Exceptions(type).Select(e => $"Throws {e.Name}: {e.When}"));
        foreach (var line in lines)
            page.Append($"- {line}\n");
        if (lines.Count > 0)
            page.Append('\n');
        if (comment.Part("remarks", type) is { } remarks)
            page.Append(remarks).Append("\n\n");

        void Add(string name, string? text)
        {
            if (text is not null)
                lines.Add($"{name}: {text}");
        }
    }

    private static ImmutableArray<ITypeParameterSymbol> TypeParameters(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => type.TypeParameters,
        IMethodSymbol method => method.TypeParameters,
        _ => [],
    };

    private static ImmutableArray<IParameterSymbol> Parameters(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        _ => [],
    };
}
