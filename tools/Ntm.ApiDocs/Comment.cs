using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>The documentation comment of one symbol.</summary>
internal sealed class Comment(ISymbol symbol, XElement element, Comments comments)
{
    public string? Part(string name, INamedTypeSymbol? page) => element.Element(name) is { } part ? comments.Markdown(part, page) : null;

    public string? Parameter(string name, INamedTypeSymbol? page) =>
        element.Elements("param").FirstOrDefault(p => p.Attribute("name")!.Value == name) is { } part ? comments.Markdown(part, page) : null;

    public string? TypeParameter(string name, INamedTypeSymbol? page) =>
        element.Elements("typeparam").FirstOrDefault(p => p.Attribute("name")!.Value == name) is { } part ? comments.Markdown(part, page) : null;

    /// <summary>The exceptions by name, with the condition of each.</summary>
    public IEnumerable<(string Name, string When)> Exceptions(INamedTypeSymbol? page) =>
        element.Elements("exception").Select(e => (comments.Reference(e, page), comments.Markdown(e, page)));

    /// <summary>The range of a property's attribute, as an interval.</summary>
    public string? Range()
    {
        var attribute = symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == "RangeAttribute");
        if (attribute is null)
            return null;
        var (from, to) = (Bound(0), Bound(1));
        return $"{(Exclusive("MinimumIsExclusive") ? "above" : "from")} {from} {(Exclusive("MaximumIsExclusive") ? "to below" : "to")} {to}";

        string Bound(int argument) => FormattableString.Invariant($"{attribute.ConstructorArguments[argument].Value}");

        bool Exclusive(string name) => attribute.NamedArguments.Any(a => a.Key == name && a.Value.Value is true);
    }
}
