namespace Ntm.Paper.Output;

/// <summary>The exit codes.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int WrongUsage = 2;

    /// <summary>For the program that started this one to train: another process is training in the folder.</summary>
    public const int Busy = 75;

    /// <summary>The exit code of a command that a signal ended, by the convention of shells: 130 for SIGINT.</summary>
    /// <param name="signal">The signal's number.</param>
    public static int OfSignal(int signal) => 128 + signal;
}
