namespace Ntm.Core.Serialization;

/// <summary>Checks the tensors of a header against the bytes that follow it.</summary>
internal static class SafeTensorsLayout
{
    /// <summary>Checks that the entries cover the data exactly once, and returns them in the order of their data.</summary>
    /// <param name="entries">The entries, in the header's order.</param>
    /// <param name="dataLength">The number of bytes after the header.</param>
    /// <param name="longestTensor">The maximum number of bytes of a tensor.</param>
    /// <param name="sourceName">The name of the file in messages.</param>
    public static IReadOnlyList<SafeTensorsEntry> Order(IReadOnlyList<SafeTensorsEntry> entries, long dataLength, long longestTensor, string sourceName)
    {
        foreach (SafeTensorsEntry entry in entries)
            CheckRange(entry, dataLength, longestTensor, sourceName);

        // A stable sort: empty tensors at one place keep the header's order.
        SafeTensorsEntry[] ordered = [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long covered = 0;
        SafeTensorsEntry? before = null;
        foreach (SafeTensorsEntry entry in ordered)
        {
            if (entry.Begin != covered)
            {
                throw Malformed(
                    sourceName,
                    entry,
                    $"{Offsets(entry)}, which {(entry.Begin < covered ? "overlaps" : "leaves a hole after")} {Name(before)}",
                    $"a beginning at data byte {covered}");
            }

            covered = entry.End;
            before = entry;
        }

        if (covered != dataLength)
        {
            throw new SafeTensorsFormatException(
                sourceName,
                $"data byte {covered}",
                $"{dataLength - covered} bytes that belong to no tensor",
                $"the end of the file after {Name(before)}");
        }

        return ordered;
    }

    private static void CheckRange(SafeTensorsEntry entry, long dataLength, long longestTensor, string sourceName)
    {
        ReadOnlySpan<long> shape = entry.Shape.AsSpan();
        if (!SafeTensorsDTypes.TryGetByteCount(entry.DType, shape, out long byteCount))
        {
            throw Malformed(
                sourceName, entry, $"shape {SafeTensor.ShapeText(shape)}, whose bytes overflow 63 bits", "sizes that a file can hold");
        }

        if (entry.Begin > entry.End)
            throw Malformed(sourceName, entry, Offsets(entry), "a beginning that is not past the end");
        if (entry.End > dataLength)
            throw Malformed(sourceName, entry, Offsets(entry), $"at most {dataLength}, the bytes after the header");
        if (entry.End - entry.Begin != byteCount)
        {
            throw Malformed(
                sourceName,
                entry,
                $"{Offsets(entry)}, which is {entry.End - entry.Begin} bytes",
                $"{byteCount} bytes for {entry.DType.WireName()} of shape {SafeTensor.ShapeText(shape)}");
        }

        if (byteCount > longestTensor)
            throw Malformed(sourceName, entry, $"{byteCount} bytes", $"at most {longestTensor}, the longest array of .NET");
    }

    private static string Name(SafeTensorsEntry? entry) =>
        entry is null ? "the start of the data" : $"tensor {JsonText.Excerpt(entry.Name)}";

    private static string Offsets(SafeTensorsEntry entry) => $"{SafeTensorsHeader.OffsetsKey} [{entry.Begin}, {entry.End}]";

    private static SafeTensorsFormatException Malformed(string sourceName, SafeTensorsEntry entry, string found, string expected) =>
        new(sourceName, Name(entry), found, expected);
}
