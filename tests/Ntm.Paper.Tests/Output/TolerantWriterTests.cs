using System.Text;
using Ntm.Paper.Output;

namespace Ntm.Paper.Tests.Output;

public sealed class TolerantWriterTests
{
    [Fact]
    public void What_cannot_be_written_is_lost_and_said_once()
    {
        var failures = 0;
        var full = new StreamWriter(new FullDisk(room: 4), Encoding.ASCII) { AutoFlush = true };
        using var writer = new TolerantWriter(full, _ => failures++);
        writer.Write("ab");
        Assert.Equal(0, failures);
        writer.WriteLine("cdef");
        writer.Write('g');
        writer.Write(['h', 'i'], 0, 2);
        writer.WriteLine();
        writer.Flush();
        Assert.Equal(1, failures);
    }

    private sealed class FullDisk(int room) : MemoryStream
    {
        /// <remarks>The other overload comes here, too.</remarks>
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > room)
                throw new IOException("No space left on device");
            base.Write(buffer, offset, count);
        }
    }
}
