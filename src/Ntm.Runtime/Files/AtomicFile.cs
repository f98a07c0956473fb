using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>Writes files atomically: at every moment and after every failure, the old or the new file is there, complete.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file next to the target, flushes it to the disk and renames it over the target.</summary>
    /// <remarks>
    /// <para>If <paramref name="write"/> or anything else fails, the target is unchanged and the temporary file is deleted. Concurrent readers
    /// get the old or the new content; of several writers, the last one wins. The name of the temporary file is the target's name
    /// followed by <c>.ntm-XXXXXXXXXXX.tmp</c>. The file remains only if the process is killed; the next write to the same target then deletes it.</para>
    /// <para>A symbolic link stays a link: the file that it points to is replaced or created. A file that is replaced keeps its Unix permissions;
    /// a new one has the default permissions. On Linux the folder is flushed as well, if its file system supports that, so that the new name
    /// survives a power failure.</para>
    /// </remarks>
    /// <param name="path">The target, absolute or relative to the current directory; its folder must exist.</param>
    /// <param name="write">Writes the content, from the start. It may dispose the stream.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty or contains a null character.</exception>
    /// <exception cref="IOException">The folder is missing, the target is a directory or a device, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string target = ResolveLinks(Path.GetFullPath(path));
        if (Directory.Exists(target) || Path.EndsInDirectorySeparator(target))
            throw new IOException($"'{target}' is a directory; expected a path to write a file to.");
        if (OperatingSystem.IsLinux() && RegularFile.IsSpecial(target))
            throw new IOException($"'{target}' is a device, pipe or socket; expected a regular file to replace.");

        TemporaryFile.TryDeleteLeftovers(target);
        using (var temporary = TemporaryFile.For(target))
        {
            Fill(temporary, target, write);
            temporary.MoveTo(target);
        }

        if (OperatingSystem.IsLinux())
            LinuxFile.TryFlushDirectory(Path.GetDirectoryName(target)!);
    }

    /// <summary>
    /// Deletes the temporary files in a folder whose writers were killed, for any target. Files with other names are kept, and so are files that
    /// a running process is still writing.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static void DeleteLeftovers(string folder) => TemporaryFile.DeleteLeftovers(folder);

    private static void Fill(TemporaryFile temporary, string target, Action<Stream> write)
    {
        // Two handles: the first one outlives a callback that disposes its stream, and reports every failed write when it is flushed.
        using (var stream = new FileStream(temporary.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            if (!OperatingSystem.IsWindows())
                CopyPermissions(target, temporary.Handle);
            WriteContent(stream, target, write);
        }

        RandomAccess.FlushToDisk(temporary.Handle);
    }

    private static void WriteContent(FileStream stream, string target, Action<Stream> write)
    {
        try
        {
            write(stream);
            if (stream.CanWrite)
                stream.Flush();
        }
        catch (ArgumentOutOfRangeException e) when (e is { ParamName: "value", ActualValue: null, Source: "System.Private.CoreLib" })
        {
            // The exception of a .NET stream if a file may not grow.
            throw new IOException($"'{target}' would be larger than a file may be here; expected room for it (ulimit -f, or the file system's own limit).", e);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void CopyPermissions(string from, SafeFileHandle to)
    {
        // File systems without permissions refuse to set them, so check first.
        if (File.Exists(from) && File.GetUnixFileMode(from) is var mode && mode != File.GetUnixFileMode(to))
            File.SetUnixFileMode(to, mode);
    }

    private static string ResolveLinks(string path)
    {
        if (new FileInfo(path).LinkTarget is null)
            return path;
        return OperatingSystem.IsLinux()
            ? LinuxFile.ResolveLinks(path)
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
    }
}
