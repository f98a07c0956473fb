using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>The members that are visible to users of a package, or to types derived from its types.</summary>
internal static class Visibility
{
    public static bool IsVisible(this ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        Accessibility.Protected or Accessibility.ProtectedOrInternal => symbol.ContainingType is { IsSealed: false },
        _ => false,
    };

    /// <summary>The members in the source: no accessors, and no members that the compiler adds to records.</summary>
    public static IEnumerable<ISymbol> VisibleMembers(this INamedTypeSymbol type) =>
        type.GetMembers().Where(member => member.IsVisible() && !member.IsImplicitlyDeclared && !IsAdded(member));

    private static bool IsAdded(ISymbol member) => member switch
    {
        INamedTypeSymbol => true,
        IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove } => true,
        // A structure always has a parameterless constructor, which needs no documentation.
        IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0, ContainingType.TypeKind: TypeKind.Struct } => true,
        _ => member.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute") || member.Name == "EqualityContract",
    };
}
