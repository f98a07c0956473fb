using System.Globalization;
using Ntm.Distributed.Mpi;

namespace Ntm.Distributed;

/// <summary>The launcher that started this process as one of several, by the variables that it sets: <c>mpirun</c> and <c>mpiexec</c> of Open MPI and MPICH,
/// and Slurm's <c>srun</c> with PMIx or PMI-2. MPI need not be installed to ask.</summary>
/// <param name="Launcher">The launcher's kind: "Open MPI", "MPICH" or "PMIx".</param>
/// <param name="Rank">The number of this process.</param>
/// <param name="Size">The number of processes; <see langword="null"/> if the launcher does not set it.</param>
/// <param name="LocalSize">The number of processes on this machine; <see langword="null"/> if the launcher does not set it.</param>
public sealed record MpiLaunch(string Launcher, int Rank, int? Size, int? LocalSize)
{
    internal const string OpenMpi = "Open MPI";
    internal const string Mpich = "MPICH";
    internal const string Pmix = "PMIx";

    /// <summary>Returns the launch of this process; <see langword="null"/> if no MPI launcher started it, or the variable <c>NTM_MPI</c> is <c>off</c>, for
    /// processes that a launcher starts and that share nothing.</summary>
    public static MpiLaunch? Detect() => Detect(Environment.GetEnvironmentVariable);

    /// <summary>Returns the launch that variables describe.</summary>
    /// <param name="variable">Returns the value of a variable.</param>
    internal static MpiLaunch? Detect(Func<string, string?> variable)
    {
        if (variable(MpiNames.Variable) == MpiNames.Off)
            return null;
        if (Number("OMPI_COMM_WORLD_RANK") is { } rank)
            return new MpiLaunch(OpenMpi, rank, Number("OMPI_COMM_WORLD_SIZE"), Number("OMPI_COMM_WORLD_LOCAL_SIZE"));
        // Slurm sets the rank of either interface; its own variable has the number.
        if (Number("PMI_RANK") is { } number)
            return new MpiLaunch(Mpich, number, Number("PMI_SIZE") ?? Number("SLURM_NTASKS"), Number("MPI_LOCALNRANKS"));
        return Number("PMIX_RANK") is { } other ? new MpiLaunch(Pmix, other, Number("SLURM_NTASKS"), null) : null;

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
