namespace Ntm.Paper.Processes;

/// <summary>
/// A training that another process started ends when that process asks it to or ends itself, for whatever reason: the pipe that is its standard
/// input closes then.
/// </summary>
internal static class EndOfInput
{
    /// <summary>The environment variable that asks for it.</summary>
    public const string Variable = "NTM_STOP_AT_END_OF_INPUT";

    /// <summary>Whether this process was started by another one of this program.</summary>
    public static bool IsWatched { get; } = Environment.GetEnvironmentVariable(Variable) is "1";

    /// <summary>Interrupts at the end of the input, if the environment requests it.</summary>
    public static void Watch(Interruption interruption)
    {
        if (IsWatched)
            new Thread(Wait) { IsBackground = true, Name = "end of input" }.Start();

        void Wait()
        {
            using var input = Console.OpenStandardInput();
            try
            {
                while (input.ReadByte() >= 0)
                {
                    // The content is ignored.
                }
            }
            catch (IOException)
            {
                // It cannot be read any more.
            }

            interruption.Request();
        }
    }
}
