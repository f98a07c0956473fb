using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ntm.Core.Serialization;

/// <summary>Options as JSON: every property by name, enums by name, nothing unknown, nothing twice, nothing left out.</summary>
internal static class NtmOptionsJson
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireEveryProperty } },
        MaxDepth = 4,
    };

    public static string Write(NtmOptions options) => JsonSerializer.Serialize(options, Strict);

    /// <exception cref="SafeTensorsFormatException">Not the options' JSON, or a value out of range.</exception>
    public static NtmOptions Read(string json, string sourceName, string place)
    {
        NtmOptions? options;
        try
        {
            options = JsonSerializer.Deserialize<NtmOptions>(json, Strict);
        }
        catch (JsonException e)
        {
            throw new SafeTensorsFormatException(sourceName, place, e.Message, "the model's options as JSON", e);
        }

        if (options is null)
            throw new SafeTensorsFormatException(sourceName, place, "null", "the model's options as JSON");
        var validation = new NtmOptionsValidator().Validate(null, options);
        if (validation.Failed)
            throw new SafeTensorsFormatException(sourceName, place, string.Join(" ", validation.Failures!), "options in their ranges");
        return options;
    }

    private static void RequireEveryProperty(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            property.IsRequired = true;
    }
}
