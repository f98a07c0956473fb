using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>The content of a safetensors file: named tensors and a map of texts.</summary>
/// <remarks>
/// <para>Reading is strict. A file is accepted only if its header is one JSON object without duplicate or unknown keys and its tensors
/// cover the data exactly, without overlap and without a hole. Every length in the file is checked before it is used, so memory stays
/// within a small multiple of the file's size.</para>
/// <para>Writing is deterministic: the same content gives the same bytes, and the header is padded so that the data begins at a multiple of
/// 8 bytes. Put tensors of wider types first to align every tensor to its elements.</para>
/// </remarks>
public sealed class SafeTensorsFile
{
    private readonly Dictionary<string, SafeTensor> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates the content of a file.</summary>
    /// <param name="tensors">The tensors, in the order in which they are written.</param>
    /// <param name="metadata">Texts by key, in any order; none if null.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or a text of the metadata is null or not valid Unicode.</exception>
    public SafeTensorsFile(IEnumerable<SafeTensor> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Tensors = new ReadOnlyCollection<SafeTensor>([.. tensors]);
        foreach (SafeTensor tensor in Tensors)
        {
            if (!_byName.TryAdd(tensor.Name, tensor))
                throw new ArgumentException($"Two tensors are named {tensor.Name}; expected every name once.", nameof(tensors));
        }

        var texts = new Dictionary<string, string>(metadata ?? [], StringComparer.Ordinal);
        foreach ((string key, string value) in texts)
        {
            ArgumentNullException.ThrowIfNull(value, nameof(metadata));
            JsonText.ThrowIfNotUnicode(key, nameof(metadata));
            JsonText.ThrowIfNotUnicode(value, nameof(metadata));
        }

        Metadata = new ReadOnlyDictionary<string, string>(texts);
    }

    /// <summary>The tensors, in the order of their data in the file.</summary>
    public IReadOnlyList<SafeTensor> Tensors { get; }

    /// <summary>The texts in the header's <c>__metadata__</c>; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The file's whole content, in memory.</returns>
    /// <exception cref="SafeTensorsFormatException">The file is malformed, or a tensor is larger than 2,147,483,591 bytes.</exception>
    /// <exception cref="IOException">The file is missing, not a regular file (a directory, pipe, device or socket), or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read the file.</exception>
    public static SafeTensorsFile Load(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return Read(stream, stream.Length, path);
    }

    /// <summary>Reads and checks a file from a stream, from the current position to the end.</summary>
    /// <param name="stream">The stream; it need not be able to seek, and stays open.</param>
    /// <param name="length">The number of bytes from the current position to the end, 0 or more. A wrong number is reported like any other error
    /// in the file and does not cost memory.</param>
    /// <param name="sourceName">The name of the stream in exception messages.</param>
    /// <returns>The file's whole content, in memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="SafeTensorsFormatException">The content is malformed, a tensor is larger than 2,147,483,591 bytes, or the stream
    /// is shorter or longer than <paramref name="length"/>.</exception>
    public static SafeTensorsFile Read(Stream stream, long length, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new SafeTensorsReader(stream, length, sourceName).Read();
    }

    /// <summary>Finds a tensor by its name.</summary>
    /// <param name="name">The name; case-sensitive.</param>
    /// <param name="tensor">The tensor; null if there is none.</param>
    /// <returns>Whether the tensor exists.</returns>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out SafeTensor? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Writes the file atomically, see <see cref="AtomicFile.Write"/>.</summary>
    /// <param name="path">The path of the file, which may exist.</param>
    /// <exception cref="InvalidOperationException">The header needs more than the format's 100,000,000 bytes.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write to the folder.</exception>
    public void Save(string path) => AtomicFile.Write(path, Write);

    /// <summary>Writes the bytes of the file to a stream.</summary>
    /// <param name="stream">The stream; it need not be able to seek, and stays open.</param>
    /// <exception cref="InvalidOperationException">The header needs more than the format's 100,000,000 bytes.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(SafeTensorsHeaderWriter.Write(this));
        foreach (SafeTensor tensor in Tensors)
            stream.Write(tensor.Data.Span);
    }
}
