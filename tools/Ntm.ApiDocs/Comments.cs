using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>Converts documentation comments, including inherited ones, to Markdown.</summary>
internal sealed partial class Comments(Compilation compilation, IEnumerable<XDocument> documentation, PageLinks links)
{
    /// <summary>The comments by their ids. Source that is compiled into several packages is internal there, so any of its comments will do.</summary>
    private readonly Dictionary<string, XElement> _members = documentation.SelectMany(d => d.Descendants("member"))
        .DistinctBy(m => m.Attribute("name")!.Value).ToDictionary(m => m.Attribute("name")!.Value);

    /// <summary>Returns a symbol's comment; an empty one if there is none.</summary>
    public Comment Of(ISymbol symbol) => new(symbol, Element(symbol, depth: 0), this);

    /// <summary>Returns the text of an element, on one line except for paragraphs and lists.</summary>
    /// <param name="element">The element of a comment.</param>
    /// <param name="page">The type of the page; <see langword="null"/> for a page without links on names.</param>
    public string Markdown(XElement element, INamedTypeSymbol? page)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XElement inner => Inline(inner, page),
                XText plain => Escape(Blanks().Replace(plain.Value, " ")),
                _ => "",
            });
        }

        return string.Join('\n', text.ToString().Split('\n').Select(line => line.Trim())).Trim();
    }

    /// <summary>Returns a type's or member's name, as a link if it has a page.</summary>
    public string Link(ISymbol symbol, INamedTypeSymbol? page)
    {
        var name = symbol switch
        {
            INamedTypeSymbol => Signatures.Short(symbol),
            IMethodSymbol { MethodKind: MethodKind.Constructor } => symbol.ContainingType.Name,
            _ when SymbolEqualityComparer.Default.Equals(symbol.ContainingType, page) => symbol.Name,
            _ => $"{symbol.ContainingType.Name}.{symbol.Name}",
        };
        return page is not null && links.From(page, symbol) is { } target ? $"[`{name}`]({target})" : $"`{name}`";
    }

    /// <summary>Returns the target of an element's <c>cref</c>.</summary>
    public string Reference(XElement element, INamedTypeSymbol? page)
    {
        var id = element.Attribute("cref")!.Value;
        return DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation) is { } symbol
            ? Link(symbol, page)
            : throw new InvalidOperationException($"A documentation comment refers to {id}, which does not exist.");
    }

    private string Inline(XElement element, INamedTypeSymbol? page) => element.Name.LocalName switch
    {
        "c" => $"`{Blanks().Replace(element.Value, " ")}`",
        "see" or "seealso" when element.Attribute("langword") is { } word => $"`{word.Value}`",
        "see" or "seealso" when element.Attribute("href") is { } address => $"[{Escape(element.Value.Length > 0 ? element.Value : address.Value)}]({address.Value})",
        "see" or "seealso" => Reference(element, page),
        "paramref" or "typeparamref" => $"`{element.Attribute("name")!.Value}`",
        "em" => $"*{Markdown(element, page)}*",
        "para" => $"\n\n{Markdown(element, page)}\n\n",
        "list" => $"\n\n{string.Join('\n', element.Elements("item").Select(item => $"- {Markdown(item.Element("description") ?? item, page)}"))}\n\n",
        var other => throw new NotSupportedException($"A documentation comment has the element '{other}', which the reference does not know."),
    };

    /// <summary>Returns a comment's XML. Inherited elements of <c>inheritdoc</c> are added if the comment does not have them.</summary>
    private XElement Element(ISymbol symbol, int depth)
    {
        var written = _members.GetValueOrDefault(symbol.OriginalDefinition.GetDocumentationCommentId() ?? "");
        var element = written is null ? new XElement("member") : new XElement(written);
        if (element.Element("inheritdoc") is not { } inherit || depth > 8)
            return element;
        var source = inherit.Attribute("cref") is { } cref ? DocumentationCommentId.GetFirstSymbolForDeclarationId(cref.Value, compilation) : Base(symbol);
        inherit.Remove();
        if (source is null)
            return element;
        foreach (var part in Element(source, depth + 1).Elements())
        {
            if (!element.Elements(part.Name).Any(own => Key(own) == Key(part)))
                element.Add(part);
        }

        return element;
    }

    /// <summary>Returns the key that distinguishes an element from others of its kind.</summary>
    private static string? Key(XElement element) => (element.Attribute("name") ?? element.Attribute("cref"))?.Value;

    private static ISymbol? Base(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        INamedTypeSymbol type => type.BaseType,
        _ => symbol.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers())
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
    };

    private static string Escape(string text) => Special().Replace(text, @"\$0");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"[*_<>\[\]|`\\]")]
    private static partial Regex Special();
}
