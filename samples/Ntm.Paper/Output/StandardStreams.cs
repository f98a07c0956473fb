using System.Text;

namespace Ntm.Paper.Output;

/// <summary>Standard output and error, either of which may be on a full disk or closed: that ends no command, and is said once.</summary>
internal static class StandardStreams
{
    private const string Descriptors = "/proc/self/fd/";

    private static bool _isOutputLost;

    /// <summary>Whether some of the standard output could not be written.</summary>
    public static bool IsOutputLost => Volatile.Read(ref _isOutputLost);

    /// <summary>Makes the console's writers tolerant; to be called before anything is written.</summary>
    public static void Guard()
    {
        Console.SetError(new TolerantWriter(IsClosed(2) ? TextWriter.Null : Console.Error, _ => { }));
        if (IsClosed(1))
        {
            Console.SetOut(TextWriter.Null);
            Lost("it is closed");
        }
        else
        {
            Console.SetOut(new TolerantWriter(Console.Out, e => Lost(e is UnauthorizedAccessException ? "it is closed, or open for reading only" : e.Message)));
        }
    }

    private static void Lost(string reason)
    {
        Volatile.Write(ref _isOutputLost, true);
        Console.Error.WriteLine($"Standard output cannot be written: {reason.TrimEnd('.')}. What would follow there is left out.");
    }

    /// <summary>
    /// Whether a descriptor was closed when the program started. The runtime's own descriptors then take its number: text would go to a pipe that
    /// nobody reads, or over compiled code.
    /// </summary>
    private static bool IsClosed(int descriptor)
    {
        if (!OperatingSystem.IsLinux() || Target(descriptor) is not { } target)
            return false;
        return target.StartsWith("/memfd:doublemapper", StringComparison.Ordinal) || target.StartsWith("anon_inode:", StringComparison.Ordinal)
            || (target.StartsWith("pipe:", StringComparison.Ordinal) && target == Target(descriptor - 1) && IsForReading(descriptor - 1));
    }

    private static string? Target(int descriptor)
    {
        try
        {
            return new FileInfo(Descriptors + descriptor).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A pipe's end for reading has an access mode of 0.</summary>
    private static bool IsForReading(int descriptor)
    {
        const string Flags = "flags:";
        try
        {
            var line = File.ReadLines($"/proc/self/fdinfo/{descriptor}").FirstOrDefault(l => l.StartsWith(Flags, StringComparison.Ordinal));
            return line is not null && (Convert.ToInt32(line[Flags.Length..].Trim(), 8) & 3) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }
}

/// <summary>
/// A writer that gives up silently where another one fails: what is on a full disk or behind a closed descriptor is lost, and the work continues.
/// </summary>
/// <param name="inner">Where the text goes.</param>
/// <param name="failed">Receives the first failure.</param>
internal sealed class TolerantWriter(TextWriter inner, Action<Exception> failed) : TextWriter
{
    private bool _isLost;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine() => Try(inner.WriteLine);

    /// <remarks>In one call, so that the lines of several threads stay whole.</remarks>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (_isLost)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The inner writer would write again what it could not, with whatever comes next.
            _isLost = true;
            failed(e);
        }
    }
}
