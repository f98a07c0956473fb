namespace Ntm.Paper.Runs;

/// <summary>
/// A training that another process started ends when that process does, however that came about: the pipe that is its standard input
/// closes then.
/// </summary>
internal static class EndOfInput
{
    /// <summary>The environment variable that asks for it.</summary>
    public const string Variable = "NTM_STOP_AT_END_OF_INPUT";

    /// <summary>A cancellation that comes with another one, and, if it is asked for, with the end of the input.</summary>
    /// <param name="cancellation">The other one.</param>
    public static CancellationTokenSource Watch(CancellationToken cancellation)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (Environment.GetEnvironmentVariable(Variable) is not "1")
            return source;
        new Thread(Wait) { IsBackground = true, Name = "end of input" }.Start();
        return source;

        void Wait()
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                // Nothing that is said there matters.
            }

            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The training has ended by itself.
            }
        }
    }
}
