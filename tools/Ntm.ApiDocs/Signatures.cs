using Microsoft.CodeAnalysis;

namespace Ntm.ApiDocs;

/// <summary>Formats types and members as C#.</summary>
internal static class Signatures
{
    private const SymbolDisplayMiscellaneousOptions Names =
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier;

    private static readonly SymbolDisplayFormat Name = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: Names);

    private static readonly SymbolDisplayFormat InHeading = Name
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType);

    private static readonly SymbolDisplayFormat Declaration = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: Names);

    /// <summary>A type's or member's name, with its containing types.</summary>
    public static string Short(ISymbol symbol) => symbol.ToDisplayString(Name);

    /// <summary>Returns the name of a member on its type's page, which is unique there.</summary>
    public static string Heading(ISymbol member) => member.ToDisplayString(InHeading);

    /// <summary>A member's declaration.</summary>
    public static string Of(ISymbol member) => member.ToDisplayString(Declaration);

    /// <summary>Returns a type's declaration, with its base types.</summary>
    public static string Of(INamedTypeSymbol type)
    {
        string[] bases =
        [
            .. type.TypeKind == TypeKind.Class && type.BaseType is { SpecialType: SpecialType.None } parent ? [Short(parent)] : Array.Empty<string>(),
            .. type.Interfaces.Where(i => !type.IsRecord || i.Name != "IEquatable").Select(Short),
        ];
        return $"public {Modifiers(type)}{Kind(type)} {Short(type)}{(bases.Length == 0 ? "" : $" : {string.Join(", ", bases)}")}";
    }

    /// <summary>Class, interface, record, enum and so on.</summary>
    public static string Kind(INamedTypeSymbol type) => type.TypeKind switch
    {
        TypeKind.Enum => "enum",
        TypeKind.Interface => "interface",
        TypeKind.Struct => type.IsRecord ? "record struct" : "struct",
        TypeKind.Delegate => "delegate",
        _ => type.IsRecord ? "record" : "class",
    };

    private static string Modifiers(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Struct, IsReadOnly: true, IsRefLikeType: true } => "readonly ref ",
        { TypeKind: TypeKind.Struct, IsRefLikeType: true } => "ref ",
        { TypeKind: TypeKind.Struct, IsReadOnly: true } => "readonly ",
        { TypeKind: not TypeKind.Class } => "",
        { IsStatic: true } => "static ",
        { IsAbstract: true } => "abstract ",
        { IsSealed: true } => "sealed ",
        _ => "",
    };
}
