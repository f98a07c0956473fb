namespace Ntm.Distributed.Mpi;

/// <summary>The names of MPI libraries.</summary>
internal static class MpiNames
{
    /// <summary>The variable that names another library.</summary>
    public const string Variable = "NTM_MPI";

    /// <summary>Its value for processes that share nothing.</summary>
    public const string Off = "off";

    private static string[] OpenMpi => OperatingSystem.IsMacOS() ? ["libmpi.40.dylib"] : OperatingSystem.IsWindows() ? [] : ["libmpi.so.40"];

    private static string[] Mpich =>
        OperatingSystem.IsMacOS() ? ["libmpi.12.dylib"] : OperatingSystem.IsWindows() ? ["msmpi.dll", "impi.dll"] : ["libmpich.so.12", "libmpi.so.12"];

    /// <summary>Returns the names to try for a launcher: a library of another kind would begin a world of one process.</summary>
    public static IReadOnlyList<string> For(MpiLaunch? launch) => launch?.Launcher switch
    {
        MpiLaunch.OpenMpi => OpenMpi,
        MpiLaunch.Mpich => Mpich,
        _ => [.. OpenMpi, .. Mpich],
    };
}
