using Ntm.Core.Serialization;

namespace Ntm.Runtime;

/// <summary>Reads a safetensors file from a stream whose length may be unknown.</summary>
internal static class WholeStream
{
    /// <summary>Reads from the current position to the end.</summary>
    public static SafeTensorsFile Read(Stream stream, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(sourceName);
        if (stream.CanSeek)
            return SafeTensorsFile.Read(stream, Math.Max(0, stream.Length - stream.Position), sourceName);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return SafeTensorsFile.Read(copy, copy.Length, sourceName);
    }
}
