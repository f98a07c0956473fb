using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ntm.Paper.Settings;

/// <summary>Options of one of several classes by the name of the class; their numbers are settings of their own.</summary>
/// <param name="names">The names.</param>
/// <param name="create">Makes the options of a name.</param>
/// <param name="nameOf">The name of options.</param>
internal sealed class OptionNameConverter<T>(IReadOnlyList<string> names, Func<string, T> create, Func<T, string> nameOf) : JsonConverter<T>
    where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { } name && names.Contains(name) ? create(name) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(nameOf(value));
}
