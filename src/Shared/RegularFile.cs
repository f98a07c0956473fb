using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Ntm.Shared;

/// <summary>
/// Opens and reads regular files only: reading a pipe would wait for it, and a device such as /dev/zero never ends.
/// Compiled into each package, because it is too small for its own package.
/// </summary>
internal static class RegularFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">The path leads to a directory, pipe, device or socket, or to nothing, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileStream OpenRead(string path)
    {
        ThrowIfSpecial(path);
        // Sharing deletion lets a writer replace the file in the meantime, on Windows as well.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (stream.CanSeek)
            return stream;
        stream.Dispose();
        throw Special(path);
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The maximum number of bytes.</param>
    /// <exception cref="InvalidDataException">The file has more bytes.</exception>
    /// <exception cref="IOException">The path leads to a directory, pipe, device or socket, or to nothing, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static byte[] ReadAllBytes(string path, int maxBytes)
    {
        using var stream = OpenRead(path);
        // A file of /proc has a length of 0 and still has content: reading one byte more than allowed detects a file that is too long.
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > maxBytes)
                throw new InvalidDataException($"{path}: found more than {maxBytes} bytes; expected at most that.");
        }

        return content.ToArray();
    }

    /// <exception cref="IOException">The path leads to a directory, pipe, device or socket.</exception>
    public static void ThrowIfSpecial(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a directory; expected a regular file.");
        if (OperatingSystem.IsLinux() && IsSpecial(path))
            throw Special(path);
    }

    /// <summary>Tells whether the path leads to something that is neither a regular file nor a directory; false if that is unknown.</summary>
    [SupportedOSPlatform("linux")]
    public static bool IsSpecial(string path)
    {
        // struct statx is the same on every architecture: the mode is the 16 bits at byte 28.
        const int CurrentDirectory = -100;
        const uint TypeOnly = 1;
        const int ModeOffset = 28;
        const int TypeMask = 0xF000;
        const int Regular = 0x8000;
        const int Folder = 0x4000;
        var status = new byte[256];
        try
        {
            if (StatX(CurrentDirectory, [.. System.Text.Encoding.UTF8.GetBytes(path), 0], 0, TypeOnly, status) != 0)
                return false;
        }
        catch (EntryPointNotFoundException)
        {
            // Alpine's C library has it only since 1.2.5.
            return false;
        }

        var mode = status.AsSpan(ModeOffset);
        var type = (BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(mode) : BinaryPrimitives.ReadUInt16BigEndian(mode)) & TypeMask;
        return type is not (Regular or Folder);
    }

    private static IOException Special(string path) => new($"'{path}' is a pipe, device or socket; expected a regular file.");

    // Without generated marshalling, which would require unsafe code in every project that compiles this file.
    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int directory, byte[] path, int flags, uint mask, byte[] status);
}
