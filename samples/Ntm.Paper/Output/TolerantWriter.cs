using System.Text;

namespace Ntm.Paper.Output;

/// <summary>
/// A writer that gives up silently where another one fails: what is on a full disk or behind a closed descriptor is lost, and the work goes on.
/// </summary>
/// <param name="inner">Where the text goes.</param>
/// <param name="failed">Is told of the first failure.</param>
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
