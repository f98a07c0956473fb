using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>
/// The file beside a target that becomes the target. Its writer holds a lock on it, which the system takes back from a process that
/// is killed: whose file nobody holds is a leftover.
/// </summary>
internal sealed class TemporaryFile : IDisposable
{
    private const string Mark = ".ntm-";
    private const string Extension = ".tmp";
    private const int RandomLength = 11;
    private const int Attempts = 5;

    // Most file systems allow names of 255 bytes; a temporary name adds 20.
    private const int LongestPrefix = 230;

    private static readonly SearchValues<char> RandomCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    private bool _isMoved;

    private TemporaryFile(string path, SafeFileHandle handle) => (Path, Handle) = (path, handle);

    public string Path { get; }

    public SafeFileHandle Handle { get; }

    /// <summary>Makes an empty file.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static TemporaryFile For(string target)
    {
        for (int attempt = 1; ; attempt++)
        {
            string random = System.IO.Path.GetRandomFileName().Remove(8, 1);
            string path = System.IO.Path.Join(System.IO.Path.GetDirectoryName(target), $"{Prefix(target)}{Mark}{random}{Extension}");
            SafeFileHandle handle;
            try
            {
                // To read as well: some network file systems lock for writers only what they may read.
                handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException e) when (attempt < Attempts && e.GetType() == typeof(IOException))
            {
                // Perhaps somebody who looks for leftovers holds it: a file is made one moment before it is locked.
                continue;
            }

            // In that moment it may have been deleted as well.
            if (attempt == Attempts || File.Exists(path))
                return new TemporaryFile(path, handle);
            handle.Dispose();
        }
    }

    /// <summary>Deletes what killed processes left that wrote to a target. What cannot be deleted stays, which harms nothing.</summary>
    public static void TryDeleteLeftovers(string target)
    {
        try
        {
            string prefix = Prefix(target) + Mark;
            foreach (string file in Leftovers(System.IO.Path.GetDirectoryName(target)!))
                if (System.IO.Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal))
                    TryDeleteLeftover(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed can perhaps be written.
        }
    }

    /// <summary>Deletes what killed processes left in a folder.</summary>
    public static void DeleteLeftovers(string folder)
    {
        foreach (string file in Leftovers(folder))
            TryDeleteLeftover(file);
    }

    /// <summary>Renames it over the target.</summary>
    public void MoveTo(string target)
    {
        // Windows does not let readers open what has a writer. Elsewhere the lock is kept until the name is no longer a leftover's.
        if (OperatingSystem.IsWindows())
            Handle.Dispose();
        File.Move(Path, target, overwrite: true);
        _isMoved = true;
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (!_isMoved)
            TryDelete(Path);
    }

    private static List<string> Leftovers(string folder) => [.. Directory.EnumerateFiles(folder, $"*{Extension}").Where(IsLeftoverName)];

    private static bool IsLeftoverName(string file)
    {
        ReadOnlySpan<char> name = System.IO.Path.GetFileName(file.AsSpan());
        int mark = name.Length - Extension.Length - RandomLength - Mark.Length;
        return mark > 0
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && name[mark..].StartsWith(Mark, StringComparison.Ordinal)
            && !name.Slice(mark + Mark.Length, RandomLength).ContainsAnyExcept(RandomCharacters);
    }

    private static void TryDeleteLeftover(string file)
    {
        try
        {
            if (!File.GetAttributes(file).HasFlag(FileAttributes.ReparsePoint))
                DeleteUnlessHeld(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A writer holds it, or it may not be deleted.
        }
    }

    /// <exception cref="IOException">A writer holds it.</exception>
    private static void DeleteUnlessHeld(string file)
    {
        RegularFile.ThrowIfSpecial(file);
        using SafeFileHandle held = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        if (!IsLocked(file))
            return;
        // Windows deletes nothing that is open, and nobody but its writer opens such a file.
        if (OperatingSystem.IsWindows())
            held.Dispose();
        File.Delete(file);
    }

    /// <summary>Whether a lock that this process holds is noticed: a file system without locks does not tell of other writers either.</summary>
    private static bool IsLocked(string file)
    {
        try
        {
            File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>What the temporary names of a target begin with: its name or, where that leaves no room, a digest of it.</summary>
    private static string Prefix(string target)
    {
        string name = System.IO.Path.GetFileName(target);
        return Encoding.UTF8.GetByteCount(name) <= LongestPrefix
            ? name
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report.
        }
    }
}
