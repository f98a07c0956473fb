using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Ntm.Core.Serialization;

/// <summary>Writes a header in the layout of the format's reference implementation. The same content gives the same bytes.</summary>
internal static class SafeTensorsHeaderWriter
{
    private const int Alignment = 8;

    /// <summary>Returns the length prefix and the header, padded with spaces so that the data begins at a multiple of 8 bytes.</summary>
    public static byte[] Write(SafeTensorsFile file)
    {
        StringBuilder json = new StringBuilder().Append('{');
        if (file.Metadata.Count > 0)
            AppendMetadata(json, file.Metadata);
        long offset = 0;
        foreach (SafeTensor tensor in file.Tensors)
        {
            AppendEntry(Separate(json), tensor, offset);
            offset += tensor.Data.Length;
        }

        return Frame(json.Append('}').ToString());
    }

    private static void AppendMetadata(StringBuilder json, IReadOnlyDictionary<string, string> metadata)
    {
        json.AppendQuoted(SafeTensor.MetadataName).Append(":{");
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            Separate(json).AppendQuoted(key).Append(':').AppendQuoted(value);
        json.Append('}');
    }

    private static void AppendEntry(StringBuilder json, SafeTensor tensor, long offset) => json
        .AppendQuoted(tensor.Name)
        .Append(":{").AppendQuoted(SafeTensorsHeader.DTypeKey).Append(':').AppendQuoted(tensor.DType.WireName())
        .Append(',').AppendQuoted(SafeTensorsHeader.ShapeKey).Append(":[").AppendJoin(',', tensor.Shape)
        .Append("],").AppendQuoted(SafeTensorsHeader.OffsetsKey)
        .Append(CultureInfo.InvariantCulture, $":[{offset},{offset + tensor.Data.Length}]}}");

    private static StringBuilder Separate(StringBuilder json) => json[^1] == '{' ? json : json.Append(',');

    private static byte[] Frame(string json)
    {
        int jsonLength = Encoding.UTF8.GetByteCount(json);
        int headerLength = (jsonLength + Alignment - 1) / Alignment * Alignment;
        if (headerLength > SafeTensorsHeader.MaxLength)
        {
            throw new InvalidOperationException(
                $"The header takes {headerLength} bytes; a safetensors file has at most {SafeTensorsHeader.MaxLength} there.");
        }

        byte[] bytes = new byte[SafeTensorsHeader.PrefixLength + headerLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)headerLength);
        Encoding.UTF8.GetBytes(json, bytes.AsSpan(SafeTensorsHeader.PrefixLength));
        bytes.AsSpan(SafeTensorsHeader.PrefixLength + jsonLength).Fill((byte)' ');
        return bytes;
    }
}
