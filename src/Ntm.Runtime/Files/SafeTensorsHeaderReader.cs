using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Ntm.Core.Serialization;

/// <summary>Reads a header's JSON in one pass, strictly: every key is known, present and unique, every value has its type.</summary>
/// <remarks><see cref="SafeTensorsLayout"/> checks whether the numbers fit the file and each other.</remarks>
internal ref struct SafeTensorsHeaderReader
{
    // One level more than a valid header has, so that this class reports an array in a shape, and not the JSON reader.
    private const int MaxDepth = 4;

    private readonly string _sourceName;
    private Utf8JsonReader _json;
    private string? _tensor;

    private SafeTensorsHeaderReader(ReadOnlySpan<byte> header, string sourceName)
    {
        _sourceName = sourceName;
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>Reads a header of at least <see cref="SafeTensorsHeader.MinLength"/> bytes.</summary>
    public static SafeTensorsHeader Read(ReadOnlySpan<byte> header, string sourceName)
    {
        if (header[0] != '{')
            throw new SafeTensorsFormatException(sourceName, "header byte 0", $"byte 0x{header[0]:x2}", "'{'");
        if (!Utf8.IsValid(header))
        {
            int index = IndexOfInvalidUtf8(header);
            throw new SafeTensorsFormatException(sourceName, $"header byte {index}", $"byte 0x{header[index]:x2}", "UTF-8");
        }

        var reader = new SafeTensorsHeaderReader(header, sourceName);
        try
        {
            return reader.ReadHeader();
        }
        catch (JsonException e)
        {
            // The message ends with a position by line, which our message already has.
            string reason = e.Message.Split(" LineNumber:")[0];
            throw reader.Malformed(OffsetOf(header, e), $"malformed JSON ({reason})", "one JSON object", e);
        }
    }

    private SafeTensorsHeader ReadHeader()
    {
        _json.Read();
        Dictionary<string, string>? metadata = null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var entries = new List<SafeTensorsEntry>();
        while (NextKey() is { } name)
        {
            if (name.Length == 0)
                throw Malformed("an empty tensor name", "at least one character");
            if (name != SafeTensor.MetadataName)
                entries.Add(names.Add(name) ? ReadEntry(name) : throw Duplicate(name));
            else
                metadata = metadata is null ? ReadMetadata() : throw Duplicate(name);
        }

        // Throws if anything except white space follows.
        _json.Read();
        return new SafeTensorsHeader(metadata ?? [], entries);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        NextValue(SafeTensor.MetadataName, JsonTokenType.StartObject, "an object");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (NextKey() is { } key)
        {
            if (metadata.ContainsKey(key))
                throw Duplicate(key);
            metadata.Add(key, NextString(key));
        }

        return metadata;
    }

    private SafeTensorsEntry ReadEntry(string name)
    {
        _tensor = name;
        NextValue(name, JsonTokenType.StartObject, "an object");
        SafeTensorsDType? dtype = null;
        ImmutableArray<long>? shape = null;
        (long Begin, long End)? offsets = null;
        while (NextKey() is { } key)
        {
            switch (key)
            {
                case SafeTensorsHeader.DTypeKey:
                    dtype = dtype is null ? ReadDType() : throw Duplicate(key);
                    break;
                case SafeTensorsHeader.ShapeKey:
                    shape = shape is null ? ReadIntegers(key, SafeTensor.MaxRank) : throw Duplicate(key);
                    break;
                case SafeTensorsHeader.OffsetsKey:
                    offsets = offsets is null ? ReadOffsets() : throw Duplicate(key);
                    break;
                default:
                    throw Malformed(
                        $"key {JsonText.Excerpt(key)}",
                        $"{SafeTensorsHeader.DTypeKey}, {SafeTensorsHeader.ShapeKey} and {SafeTensorsHeader.OffsetsKey} alone");
            }
        }

        var entry = new SafeTensorsEntry(
            name,
            dtype ?? throw Missing(SafeTensorsHeader.DTypeKey),
            shape ?? throw Missing(SafeTensorsHeader.ShapeKey),
            offsets?.Begin ?? throw Missing(SafeTensorsHeader.OffsetsKey),
            offsets.Value.End);
        _tensor = null;
        return entry;
    }

    private SafeTensorsDType ReadDType()
    {
        string text = NextString(SafeTensorsHeader.DTypeKey);
        return SafeTensorsDTypes.TryParse(text, out SafeTensorsDType dtype)
            ? dtype
            : throw Malformed($"{SafeTensorsHeader.DTypeKey} {JsonText.Excerpt(text)}", $"one of {SafeTensorsDTypes.AllWireNames}");
    }

    private (long Begin, long End) ReadOffsets() =>
        ReadIntegers(SafeTensorsHeader.OffsetsKey, maxCount: 2) is [long begin, long end]
            ? (begin, end)
            : throw Malformed($"fewer than two numbers in {SafeTensorsHeader.OffsetsKey}", "the first byte and the one past the last");

    private ImmutableArray<long> ReadIntegers(string key, int maxCount)
    {
        NextValue(key, JsonTokenType.StartArray, "an array");
        ImmutableArray<long>.Builder values = ImmutableArray.CreateBuilder<long>(initialCapacity: 2);
        for (_json.Read(); _json.TokenType != JsonTokenType.EndArray; _json.Read())
        {
            if (values.Count == maxCount)
                throw Malformed($"{key} with more than {maxCount} numbers", $"at most {maxCount}");
            if (_json.TokenType != JsonTokenType.Number
                || !long.TryParse(_json.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                throw Malformed($"{Token()} in {key}", $"an integer from 0 to {long.MaxValue} in decimal digits");
            }

            values.Add(value);
        }

        return values.DrainToImmutable();
    }

    /// <summary>Returns the next key of an object, null at its end.</summary>
    private string? NextKey()
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.EndObject ? null : CurrentString();
    }

    private string NextString(string key)
    {
        NextValue(key, JsonTokenType.String, "a string");
        return CurrentString();
    }

    private void NextValue(string key, JsonTokenType type, string typeName)
    {
        _json.Read();
        if (_json.TokenType != type)
            throw Malformed(Token(), $"{typeName} as the value of {JsonText.Excerpt(key)}");
    }

    private readonly string CurrentString()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // The bytes are valid UTF-8; the remaining case is an escape such as \ud800 without its other half.
            throw Malformed(_json.TokenStartIndex, "a string with half a surrogate pair", "Unicode text", e);
        }
    }

    private readonly string Token() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        // A number or a literal; a number may be as long as the header.
        _ => Encoding.ASCII.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, 40)]),
    };

    private readonly SafeTensorsFormatException Duplicate(string key) => Malformed($"key {JsonText.Excerpt(key)} again", "every key once");

    private readonly SafeTensorsFormatException Missing(string key) => Malformed($"the end of the tensor's object without {key}", key);

    private readonly SafeTensorsFormatException Malformed(string found, string expected) =>
        Malformed(_json.TokenStartIndex, found, expected);

    private readonly SafeTensorsFormatException Malformed(long offset, string found, string expected, Exception? inner = null)
    {
        string place = $"header byte {offset}";
        if (_tensor is not null)
            place += $", tensor {JsonText.Excerpt(_tensor)}";
        return new SafeTensorsFormatException(_sourceName, place, found, expected, inner);
    }

    private static int IndexOfInvalidUtf8(ReadOnlySpan<byte> text)
    {
        int index = 0;
        while (Rune.DecodeFromUtf8(text[index..], out _, out int length) == OperationStatus.Done)
            index += length;
        return index;
    }

    private static long OffsetOf(ReadOnlySpan<byte> header, JsonException exception)
    {
        int lineStart = 0;
        for (long line = exception.LineNumber ?? 0; line > 0; line--)
            lineStart += header[lineStart..].IndexOf((byte)'\n') + 1;
        return lineStart + (exception.BytePositionInLine ?? 0);
    }
}
