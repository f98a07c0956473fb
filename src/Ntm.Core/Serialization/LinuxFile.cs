using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Ntm.Core.Serialization;

/// <summary>What .NET's file API lacks on Linux, as best effort: where a call fails, the answer is the harmless one.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxFile
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int CurrentDirectory = -100;
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

    /// <summary>Whether the path leads to something that is neither a regular file nor a directory.</summary>
    public static bool IsSpecial(string path)
    {
        // struct statx is the same on every architecture: the mode is the 16 bits at byte 28.
        const uint TypeOnly = 1;
        const int ModeOffset = 28;
        const ushort TypeMask = 0xF000;
        const ushort Regular = 0x8000;
        const ushort Folder = 0x4000;
        Span<byte> status = stackalloc byte[256];
        try
        {
            if (StatX(CurrentDirectory, path, 0, TypeOnly, status) != 0)
                return false;
        }
        catch (EntryPointNotFoundException)
        {
            // The C library of Alpine has it only since 1.2.5.
            return false;
        }

        int type = MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask;
        return type is not (Regular or Folder);
    }

    /// <summary>Follows the links at the end of an absolute path.</summary>
    /// <remarks>
    /// Unlike <see cref="File.ResolveLinkTarget"/>, takes <c>..</c> in a link as the system does: from where the link really is.
    /// </remarks>
    /// <exception cref="IOException">There are more than 40 links, which is to say a circle.</exception>
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

    /// <summary>The directory's path without links, or the path as it is where it leads nowhere.</summary>
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

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, Span<byte> resolved);
}
