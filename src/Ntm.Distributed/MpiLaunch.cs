using System.Globalization;

namespace Ntm.Distributed;

/// <summary>The launcher that started this process as one of several, by the variables that it sets: <c>mpirun</c> and <c>mpiexec</c> of Open MPI and MPICH,
/// and Slurm's <c>srun --mpi=pmix</c> or <c>--mpi=pmi2</c>. MPI need not be installed to ask.</summary>
/// <param name="Launcher">The launcher's kind: "Open MPI", "MPICH" or "PMIx".</param>
/// <param name="Size">The number of processes; <see langword="null"/> if the launcher does not set it.</param>
/// <param name="LocalSize">The number of processes on this machine; <see langword="null"/> if the launcher does not set it.</param>
public sealed record MpiLaunch(string Launcher, int? Size, int? LocalSize)
{
    internal const string OpenMpi = "Open MPI";
    internal const string Mpich = "MPICH";
    internal const string Pmix = "PMIx";

    /// <summary>Returns the launch of this process; <see langword="null"/> if no MPI launcher started it.</summary>
    public static MpiLaunch? Detect() => Detect(Environment.GetEnvironmentVariable);

    /// <summary>Returns the launch that variables describe.</summary>
    /// <param name="variable">Returns the value of a variable.</param>
    internal static MpiLaunch? Detect(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } size)
            return new MpiLaunch(OpenMpi, size, Number("OMPI_COMM_WORLD_LOCAL_SIZE"));
        // Slurm sets the rank of either interface; its own variable has the number.
        if (Number("PMI_RANK") is not null)
            return new MpiLaunch(Mpich, Number("PMI_SIZE") ?? Number("SLURM_NTASKS"), Number("MPI_LOCALNRANKS"));
        return Number("PMIX_RANK") is not null ? new MpiLaunch(Pmix, Number("SLURM_NTASKS"), null) : null;

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
