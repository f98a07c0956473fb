using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Ntm.Shared;

namespace Ntm.Core.Serialization;

/// <summary>
/// The file next to a target that later replaces it. Its writer holds a lock on it, which the system releases when the process
/// is killed. A file that nobody locks is a leftover.
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

    /// <summary>Creates an empty file.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static TemporaryFile For(string target)
    {
        for (int attempt = 1; ; attempt++)
        {
            string random = System.IO.Path.GetRandomFileName().Remove(8, 1);
            string path = System.IO.Path.Join(System.IO.Path.GetDirectoryName(target), $"{Prefix(target)}{Mark}{random}{Extension}");
            SafeFileHandle handle;
            try
            {
                // Reading as well: some network file systems let writers lock only files that they may read.
                handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException e) when (attempt < Attempts && e.GetType() == typeof(IOException))
            {
                // A search for leftovers may hold it: a file is created a moment before it is locked.
                continue;
            }

            // In that moment it may have been deleted as well.
            if (attempt == Attempts || File.Exists(path))
                return new TemporaryFile(path, handle);
            handle.Dispose();
        }
    }

    /// <summary>Deletes the leftovers of killed processes for a target. A file that cannot be deleted stays, which is harmless.</summary>
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
            // A folder that cannot be listed may still be writable.
        }
    }

    /// <summary>Deletes the leftovers of killed processes in a folder.</summary>
    public static void DeleteLeftovers(string folder)
    {
        foreach (string file in Leftovers(folder))
            TryDeleteLeftover(file);
    }

    /// <summary>Renames the file over the target.</summary>
    public void MoveTo(string target)
    {
        // Windows does not let readers open a file with a writer. On other systems the lock is held until the file has its final name.
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
            // A writer holds it, or the process may not delete it.
        }
    }

    /// <exception cref="IOException">A writer holds it.</exception>
    private static void DeleteUnlessHeld(string file)
    {
        RegularFile.ThrowIfSpecial(file);
        using SafeFileHandle held = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        if (!IsLocked(file))
            return;
        // Windows does not delete open files, and only its writer opens such a file.
        if (OperatingSystem.IsWindows())
            held.Dispose();
        File.Delete(file);
    }

    /// <summary>Tells whether a lock that this process holds is visible. A file system without locks does not show other writers either.</summary>
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

    /// <summary>Returns the prefix of a target's temporary names: its name or, if that would be too long, a digest of it.</summary>
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
            // Report the first failure, not this one.
        }
    }
}
