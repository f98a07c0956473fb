using Ntm.Distributed.Mpi;
using Ntm.Training;

namespace Ntm.Distributed.Tests;

/// <summary>Libraries that are missing, or are no MPI.</summary>
public class MpiLibraryTests
{
    [Fact]
    public void A_missing_library_is_named_with_what_to_install()
    {
        var missing = Assert.Throws<ExchangeException>(() => MpiExchange.Start("libnothing.so.1"));
        Assert.Equal(
            "No MPI library was found: libnothing.so.1. Expected Open MPI (Debian: openmpi-bin) or MPICH (Debian: mpich), or the path of a library in NTM_MPI.", missing.Message);
        var launched = Assert.Throws<ExchangeException>(() => MpiLibrary.Load(["a.so", "b.so"], new MpiLaunch("MPICH", 0, 2, 2)));
        Assert.Contains("a.so, b.so. The process was started by MPICH's launcher. Expected", launched.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_MPI_is_refused_by_its_name_and_the_function()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The library is one of Linux.");
        var other = Assert.Throws<ExchangeException>(() => MpiExchange.Start("libc.so.6"));
        Assert.Equal("The library 'libc.so.6' has no MPI_Init_thread; expected an MPI library of Open MPI, MPICH or one with MPICH's binary interface.", other.Message);
    }
}
