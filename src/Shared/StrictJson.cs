using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ntm.Shared;

/// <summary>
/// JSON of records and options in files of ours: every property by name, enums by name, nothing unknown, nothing twice, nothing left out.
/// Compiled into each package: too small for a package of its own.
/// </summary>
internal static class StrictJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireEveryProperty } },
        MaxDepth = 4,
    };

    private static void RequireEveryProperty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            property.IsRequired = true;
    }
}
