namespace Ntm.Paper.Output;

/// <summary>The exit codes.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int WrongUsage = 2;
}
