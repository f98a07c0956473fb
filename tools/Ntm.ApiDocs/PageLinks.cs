using System.Text;
using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>The place of a type's or member's description: a page, and the heading on it.</summary>
internal sealed class PageLinks(IReadOnlyList<INamedTypeSymbol> types)
{
    private readonly HashSet<ISymbol> _types = new(types, SymbolEqualityComparer.Default);

    /// <summary>A type's page, below the reference's folder.</summary>
    public static string PageOf(INamedTypeSymbol type) => $"{type.ContainingAssembly.Name}/{FileOf(type)}";

    /// <summary>The link from one type's page to a symbol; <see langword="null"/> for symbols of other packages.</summary>
    public string? From(INamedTypeSymbol page, ISymbol symbol)
    {
        var type = (symbol as INamedTypeSymbol ?? symbol.ContainingType)?.OriginalDefinition;
        if (type is null || !_types.Contains(type))
            return null;
        var file = SymbolEqualityComparer.Default.Equals(page.ContainingAssembly, type.ContainingAssembly) ? FileOf(type) : $"../{PageOf(type)}";
        if (symbol is INamedTypeSymbol || type.TypeKind == TypeKind.Enum)
            return file;
        return type.VisibleMembers().Contains(symbol.OriginalDefinition, SymbolEqualityComparer.Default) ? $"{file}#{Slug(Signatures.Heading(symbol.OriginalDefinition))}" : null;
    }

    /// <summary>The name that GitHub gives a heading: lower case, blanks as hyphens, no punctuation.</summary>
    private static string Slug(string heading)
    {
        var slug = new StringBuilder();
        foreach (var c in heading.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c) || c is '_' or '-')
                slug.Append(c);
            else if (c == ' ')
                slug.Append('-');
        }

        return slug.ToString();
    }

    private static string FileOf(INamedTypeSymbol type)
    {
        var name = type.Arity == 0 ? type.Name : $"{type.Name}-{type.Arity}";
        return type.ContainingType is { } outer ? $"{FileOf(outer)[..^".md".Length]}.{name}.md" : $"{name}.md";
    }
}
