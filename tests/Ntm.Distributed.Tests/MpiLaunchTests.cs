using Ntm.Distributed.Mpi;

namespace Ntm.Distributed.Tests;

/// <summary>Launchers are known by their variables, and each has its own library.</summary>
public class MpiLaunchTests
{
    public static TheoryData<string, MpiLaunch?> Environments => new()
    {
        { "", null },
        { "SLURM_PROCID=3 SLURM_NTASKS=4", null },
        { "OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_SIZE=2 PMIX_RANK=3", new MpiLaunch("Open MPI", 3, 4, 2) },
        { "PMI_RANK=0 PMI_SIZE=2 MPI_LOCALNRANKS=2", new MpiLaunch("MPICH", 0, 2, 2) },
        { "PMI_RANK=1 SLURM_NTASKS=8", new MpiLaunch("MPICH", 1, 8, null) },
        { "PMIX_RANK=5 SLURM_NTASKS=8", new MpiLaunch("PMIx", 5, 8, null) },
        { "PMIX_RANK=some", null },
        { "PMI_RANK=-1", null },
        { "OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 NTM_MPI=off", null },
    };

    [Theory]
    [MemberData(nameof(Environments))]
    public void The_variables_of_a_launcher_name_it(string variables, MpiLaunch? expected)
    {
        var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(expected, MpiLaunch.Detect(environment.GetValueOrDefault));
    }

    [Fact]
    public void A_launcher_has_its_own_library_and_an_unknown_one_all()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The names are those of Linux.");
        Assert.Equal(["libmpi.so.40"], MpiNames.For(new MpiLaunch("Open MPI", 0, 2, 2)));
        Assert.Equal(["libmpich.so.12", "libmpi.so.12"], MpiNames.For(new MpiLaunch("MPICH", 0, 2, 2)));
        Assert.Equal(["libmpi.so.40", "libmpich.so.12", "libmpi.so.12"], MpiNames.For(new MpiLaunch("PMIx", 0, 2, null)));
        Assert.Equal(["libmpi.so.40", "libmpich.so.12", "libmpi.so.12"], MpiNames.For(null));
    }
}
