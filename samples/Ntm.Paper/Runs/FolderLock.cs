namespace Ntm.Paper.Runs;

/// <summary>Locks a training's folder against other processes until it is disposed. The system releases the lock even if the process is killed.</summary>
internal sealed class FolderLock : IDisposable
{
    private const int Tries = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly string _file;
    private readonly FileStream _held;

    private FolderLock(string file, FileStream held) => (_file, _held) = (file, held);

    /// <exception cref="FolderBusyException">Another process is training there.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static FolderLock Take(string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (TryTake(folder, out var reason) is { } held)
                return held;
            if (attempt == Tries)
                throw new FolderBusyException($"{folder} cannot be locked, perhaps because another process is training there: {reason}");
            // A program that only checks whether a folder is locked holds it for a moment.
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Locks a folder that others hold for moments only.</summary>
    /// <exception cref="FolderBusyException">Others held it all the time.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static FolderLock TakePatiently(string folder)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return Take(folder);
            }
            catch (FolderBusyException) when (waited < Patience)
            {
                // Not all at the same moments.
                Thread.Sleep(Random.Shared.Next(2 * (int)Pause.TotalMilliseconds));
            }
        }
    }

    /// <summary>Whether another process is training in a folder.</summary>
    public static bool IsTaken(string folder)
    {
        if (!File.Exists(FileOf(folder)))
            return false;
        try
        {
            using var held = TryTake(folder, out _);
            return held is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Training there will report that.
            return false;
        }
    }

    public void Dispose()
    {
        // On a second call the file may belong to another process.
        if (_held.SafeFileHandle.IsClosed)
            return;
        try
        {
            File.Delete(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On Windows a file that is open stays until it is closed; an empty file without a lock is harmless.
        }

        _held.Dispose();
    }

    private static string FileOf(string folder) => Path.Combine(folder, ".lock");

    private static FolderLock? TryTake(string folder, out string? reason)
    {
        var file = FileOf(folder);
        reason = null;
        FileStream held;
        try
        {
            held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            reason = e.Message;
            return null;
        }

        if (OperatingSystem.IsWindows() || IsAt(file, held))
            return new FolderLock(file, held);
        held.Dispose();
        reason = "it was given back at the same moment.";
        return null;
    }

    /// <summary>
    /// Whether what was locked is the file that has the name: another process may have deleted it, and a third one locked a new one. A random
    /// time, in steps that every file system knows, tells them apart.
    /// </summary>
    private static bool IsAt(string file, FileStream held)
    {
        var mark = DateTime.UnixEpoch.AddSeconds(2.0 * Random.Shared.Next(1 << 29));
        try
        {
            File.SetLastWriteTimeUtc(held.SafeFileHandle, mark);
            return File.Exists(file) && File.GetLastWriteTimeUtc(file) == mark;
        }
        catch (IOException)
        {
            // A file that another machine has deleted on a shared file system can no longer be reached.
            return false;
        }
    }
}

/// <summary>Another process is training in the folder; the message names it.</summary>
internal sealed class FolderBusyException(string message) : IOException(message);
