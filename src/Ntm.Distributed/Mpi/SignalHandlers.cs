using System.Runtime.InteropServices;

namespace Ntm.Distributed.Mpi;

/// <summary>
/// Leaves the signals of faults to .NET. UCX, which MPICH and Open MPI use on Linux, takes over SIGSEGV, SIGBUS, SIGFPE and SIGILL when it is loaded, and then
/// every null reference and every integer division by zero ends the process, or freezes it, where .NET throws an exception.
/// </summary>
internal static partial class SignalHandlers
{
    /// <summary>UCX's list of the signals that it handles.</summary>
    public const string Variable = "UCX_ERROR_SIGNALS";

    /// <summary>Call it before an MPI library is loaded. A list that the user has set stays.</summary>
    public static void LeaveToRuntime()
    {
        // .NET's own variables are a copy that native code does not see.
        if (OperatingSystem.IsLinux())
            _ = SetVariable(Variable, "", 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
