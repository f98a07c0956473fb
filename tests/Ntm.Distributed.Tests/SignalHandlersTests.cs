using System.Runtime.InteropServices;
using Ntm.Distributed.Mpi;

namespace Ntm.Distributed.Tests;

/// <summary>An MPI library does not take over the signals from which .NET makes exceptions.</summary>
public partial class SignalHandlersTests
{
    /// <summary>SIGILL, SIGBUS, SIGFPE, SIGSEGV on Linux.</summary>
    private static readonly int[] Signals = [4, 7, 8, 11];

    [Theory]
    [InlineData("libmpich.so.12")]
    [InlineData("libmpi.so.40")]
    public void The_handlers_of_faults_stay_those_of_the_runtime(string library)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The numbers of the signals are those of Linux.");
        nint[] before = [.. Signals.Select(Handler)];
        Assert.DoesNotContain((nint)0, before);
        try
        {
            MpiLibrary.Load([library], null);
        }
        catch (Ntm.Training.ExchangeException)
        {
            Assert.Skip($"{library} is not installed ('apt-get install openmpi-bin mpich').");
        }

        Assert.Equal(before, Signals.Select(Handler));
        string? nothing = before.Length > 4 ? "" : null;
        Assert.Throws<NullReferenceException>(() => nothing!.Length);
    }

    private static unsafe nint Handler(int signal)
    {
        // The handler is the first field; the structure of the GNU C library has 152 bytes.
        var action = stackalloc nint[32];
        Assert.Equal(0, GetAction(signal, 0, action));
        return action[0];
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static unsafe partial int GetAction(int signal, nint replacement, nint* current);
}
