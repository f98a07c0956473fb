using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>Converts a model's options to and from JSON: every property by name, enums by name; unknown, repeated or missing properties are errors, see
/// <see cref="StrictJson"/>.</summary>
internal static partial class OptionsJson
{
    private static readonly JsonSerializerOptions Json = StrictJson.Options(
        OptionsTypes.Default, StrictJson.Enum<ControllerKind>(), StrictJson.Enum<AddressingKind>(), StrictJson.Enum<MemoryKind>(),
        StrictJson.Enum<InitialWeightingKind>(), StrictJson.Enum<InitialReadKind>(), StrictJson.Enum<ReadOrder>());

    public static string Write<TOptions>(TOptions options) => StrictJson.Write(options, Json);

    /// <exception cref="SafeTensorsFormatException">The text is not the options' JSON, or a value is out of range.</exception>
    public static TOptions Read<TOptions>(string json, IValidateOptions<TOptions> validator, string sourceName, string place)
        where TOptions : class
    {
        TOptions? options;
        try
        {
            options = StrictJson.Read<TOptions>(json, Json);
        }
        catch (JsonException e)
        {
            throw new SafeTensorsFormatException(sourceName, place, e.Message, "the model's options as JSON", e);
        }

        if (options is null)
            throw new SafeTensorsFormatException(sourceName, place, "null", "the model's options as JSON");
        var validation = validator.Validate(null, options);
        if (validation.Failed)
            throw new SafeTensorsFormatException(sourceName, place, string.Join(" ", validation.Failures!), "options in their ranges");
        return options;
    }

    [JsonSerializable(typeof(NtmOptions))]
    [JsonSerializable(typeof(LstmOptions))]
    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    private sealed partial class OptionsTypes : JsonSerializerContext;
}
