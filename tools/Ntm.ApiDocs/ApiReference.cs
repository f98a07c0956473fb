using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ntm.ApiDocs;

/// <summary>The packages' public types and members as Markdown, from the assemblies and the XML documentation next to them.</summary>
public static class ApiReference
{
    private static readonly string[] Packages = ["Ntm.Core", "Ntm.Distributed", "Ntm.Runtime", "Ntm.Tasks", "Ntm.Training"];

    /// <summary>The pages by their path below <c>docs/api</c>: one for each type, and <c>README.md</c>, which lists them.</summary>
    public static IReadOnlyDictionary<string, string> Pages()
    {
        var compilation = Load();
        var types = Packages.SelectMany(package => Types(Assembly(compilation, package).GlobalNamespace)).ToList();
        var links = new PageLinks(types);
        var comments = new Comments(compilation, Documentation(compilation), links);
        var pages = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["README.md"] = IndexPage.Of(types, comments) };
        foreach (var type in types)
            pages.Add(PageLinks.PageOf(type), TypePage.Of(type, comments));
        return pages;
    }

    /// <summary>The assemblies that this program runs with: the packages' assemblies and everything that they reference.</summary>
    private static CSharpCompilation Load()
    {
        var files = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return CSharpCompilation.Create("reference", references: files.Select(file => MetadataReference.CreateFromFile(file)));
    }

    /// <summary>The XML documentation next to the packages' assemblies.</summary>
    private static IEnumerable<XDocument> Documentation(CSharpCompilation compilation) => Packages
        .Select(package => ((PortableExecutableReference)compilation.GetMetadataReference(Assembly(compilation, package))!).FilePath!)
        .Select(file => XDocument.Load(Path.ChangeExtension(file, "xml"), LoadOptions.PreserveWhitespace));

    private static IAssemblySymbol Assembly(CSharpCompilation compilation, string name) =>
        compilation.SourceModule.ReferencedAssemblySymbols.Single(assembly => assembly.Name == name);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) => space.GetMembers().SelectMany(member => member switch
    {
        INamespaceSymbol inner => Types(inner),
        INamedTypeSymbol type => Types(type),
        _ => [],
    });

    private static IEnumerable<INamedTypeSymbol> Types(INamedTypeSymbol type) =>
        type.IsVisible() ? [type, .. type.GetTypeMembers().SelectMany(Types)] : [];
}
