using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Ntm.Core.Serialization;

/// <summary>File operations on Linux that .NET lacks, as best effort: if a call fails, the result is the harmless one.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxFile
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int MaxLinks = 40;
    private const int MaxPath = 4096;

    /// <summary>Makes the names of a directory durable, if its file system can.</summary>
    public static void TryFlushDirectory(string path)
    {
        int descriptor = Open(path, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            return;
        _ = FSync(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>Follows the links at the end of an absolute path.</summary>
    /// <remarks>
    /// Unlike <see cref="File.ResolveLinkTarget"/>, it resolves <c>..</c> in a link as the system does: from the real place of the link.
    /// </remarks>
    /// <exception cref="IOException">There are more than 40 links, which means a circle.</exception>
    public static string ResolveLinks(string path)
    {
        string current = path;
        for (int links = 0; links <= MaxLinks; links++)
        {
            string directory = RealPath(Path.GetDirectoryName(current) ?? current);
            current = Path.Join(directory, Path.GetFileName(current));
            string? next = new FileInfo(current).LinkTarget;
            if (next is null)
                return current;
            current = Path.Combine(directory, next);
        }

        throw new IOException($"'{path}' is a symbolic link in a circle; expected one that ends at a file.");
    }

    /// <summary>Returns the directory's path without links, or the path unchanged if it does not exist.</summary>
    private static string RealPath(string path)
    {
        Span<byte> resolved = stackalloc byte[MaxPath];
        return RealPath(path, resolved) == 0 ? path : Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)]);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, Span<byte> resolved);
}
