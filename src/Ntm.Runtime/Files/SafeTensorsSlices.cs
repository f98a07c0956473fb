using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>A safetensors file that stays open, and of which slices are read when they are needed: for tensors that are larger than memory.</summary>
/// <remarks>The header is checked as strictly as by <see cref="SafeTensorsFile"/>, but a tensor may be of any size. Several threads may read at the same
/// time.</remarks>
public sealed class SafeTensorsSlices : IDisposable
{
    private readonly FileStream _file;
    private readonly long _dataBegin;
    private readonly Dictionary<string, SafeTensorInfo> _byName = new(StringComparer.Ordinal);

    private SafeTensorsSlices(FileStream file, string path)
    {
        var reader = new SafeTensorsReader(file, file.Length, path);
        SafeTensorsHeader header = reader.ReadHeader(longestTensor: long.MaxValue);
        (_file, _dataBegin, Path) = (file, reader.Position, path);
        Tensors = new ReadOnlyCollection<SafeTensorInfo>([.. header.Entries.Select(entry => new SafeTensorInfo(entry))]);
        Metadata = header.Metadata;
        foreach (SafeTensorInfo tensor in Tensors)
            _byName.Add(tensor.Name, tensor);
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The tensors, in the order of their data in the file.</summary>
    public IReadOnlyList<SafeTensorInfo> Tensors { get; }

    /// <summary>The texts in the header's <c>__metadata__</c>; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file, and reads and checks its header.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="SafeTensorsFormatException">The file is malformed.</exception>
    /// <exception cref="IOException">The file is missing, not a regular file (a directory, pipe, device or socket), or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read the file.</exception>
    public static SafeTensorsSlices Open(string path)
    {
        FileStream file = RegularFile.OpenRead(path);
        try
        {
            return new SafeTensorsSlices(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Finds a tensor by its name.</summary>
    /// <param name="name">The name; case-sensitive.</param>
    /// <param name="tensor">The tensor; null if there is none.</param>
    /// <returns>Whether the tensor exists.</returns>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out SafeTensorInfo? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Reads adjacent bytes of a tensor.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="first">The first byte of the slice, counted from the beginning of the tensor's data.</param>
    /// <param name="bytes">Receives the slice: elements in row-major order, little-endian.</param>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> is of another file.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The slice is not within the tensor.</exception>
    /// <exception cref="SafeTensorsFormatException">The file has become shorter since it was opened.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public void Read(SafeTensorInfo tensor, long first, Span<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!_byName.TryGetValue(tensor.Name, out SafeTensorInfo? own) || own != tensor)
            throw new ArgumentException($"The tensor {tensor} is not of the file {Path}; expected one of its {nameof(Tensors)}.", nameof(tensor));
        if (first < 0 || first > tensor.ByteCount - bytes.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(first), first, $"The tensor {tensor} has {tensor.ByteCount} bytes; expected 0 to {tensor.ByteCount - bytes.Length} for a slice of {bytes.Length}.");
        }

        long place = _dataBegin + tensor.Begin + first;
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, bytes, place);
            if (read == 0)
                throw new SafeTensorsFormatException(Path, $"file byte {place}", "the end of the file", "the length that it had when it was opened");
            bytes = bytes[read..];
            place += read;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
