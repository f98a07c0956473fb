using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ntm.Core.Serialization;
using Ntm.Shared;

namespace Ntm.Paper.Output;

/// <summary>Records in JSON files: nothing left out, nothing twice, of bounded size, written atomically.</summary>
internal static class RecordFile
{
    private const int MaxBytes = 4 << 20;

    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new FiniteNumber() },
    };

    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    /// <summary>The record as people like to read it.</summary>
    public static string Text<T>(T record) => JsonSerializer.Serialize(record, Indented) + "\n";

    /// <summary>The record in one line.</summary>
    public static string Line<T>(T record) => JsonSerializer.Serialize(record, Compact);

    /// <param name="json">A record.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="InvalidDataException">It is not such a record.</exception>
    public static T Parse<T>(string json, string source)
        where T : class => Parse<T>(Encoding.UTF8.GetBytes(json), source);

    /// <summary>The record in a file, or <see langword="null"/> if there is none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static T? Read<T>(string path)
        where T : class
    {
        return File.Exists(path) ? Parse<T>(RegularFile.ReadAllBytes(path, MaxBytes), path) : null;
    }

    /// <summary>Writes a record in one line.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write<T>(string path, T record) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, record, Compact));

    /// <summary>Writes a text.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteText(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static T Parse<T>(byte[] json, string source)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(JsonFault.WithoutMark(json), Compact) ?? throw new InvalidDataException($"{source}: found null; expected an object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{source}: {JsonFault.Describe(e, JsonFault.WithoutMark(json))}", e);
        }
    }
}

/// <summary>Numbers that JSON does not have, NaN and the infinities, are written as null, and null is read as NaN.</summary>
internal sealed class FiniteNumber : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }
}
