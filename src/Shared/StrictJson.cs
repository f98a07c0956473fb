using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ntm.Shared;

/// <summary>
/// Converts records and options in our files to and from JSON: every property by name, enums by name; unknown, repeated or missing properties are errors,
/// except that a property with a condition (<see cref="JsonIgnoreAttribute"/>) may be missing.
/// Compiled into each package, because it is too small for its own package.
/// </summary>
internal static class StrictJson
{
    /// <summary>The maximum number of characters of such a text: ours have a few hundred.</summary>
    public const int MaxLength = 1 << 16;

    /// <param name="types">The types, from the source generator: a trimmed program has no reflection over their properties.</param>
    /// <param name="enums">An <see cref="Enum{T}"/> for each enum among them.</param>
    public static JsonSerializerOptions Options(IJsonTypeInfoResolver types, params ReadOnlySpan<JsonConverter> enums)
    {
        var options = new JsonSerializerOptions
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = types.WithAddedModifier(RequireEveryProperty),
            MaxDepth = 4,
        };
        foreach (var converter in enums)
            options.Converters.Add(converter);
        options.MakeReadOnly();
        return options;
    }

    public static JsonConverter Enum<T>()
        where T : struct, Enum => new JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false);

    public static string Write<T>(T value, JsonSerializerOptions options) => JsonSerializer.Serialize(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

    /// <exception cref="JsonException">The text is not JSON of such a value; the message has the reason.</exception>
    public static T? Read<T>(string json, JsonSerializerOptions options)
    {
        if (json.Length > MaxLength)
            throw new JsonException($"The text has {json.Length} characters; expected at most {MaxLength}.");
        try
        {
            return JsonSerializer.Deserialize(json, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        }
        catch (NotSupportedException e)
        {
            // For an object of one of several classes that does not begin with the name of a class.
            throw new JsonException("found an object that does not begin with its name; expected one that does.", e);
        }
    }

    private static void RequireEveryProperty(JsonTypeInfo type)
    {
        // A property that is ignored has neither. One that is left out when it has its default value, which old files do not have, has a condition.
        foreach (var property in type.Properties.Where(p => (p.Get is not null || p.Set is not null) && p.ShouldSerialize is null))
            property.IsRequired = true;
    }
}
