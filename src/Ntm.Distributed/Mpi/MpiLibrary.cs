using System.Runtime.InteropServices;
using System.Text;
using Ntm.Training;

namespace Ntm.Distributed.Mpi;

/// <summary>
/// The functions of an MPI library that an exchange needs. Open MPI's handles are addresses of objects that it exports, those of MPICH and its descendants are
/// constants of their common binary interface.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Calls come from one thread at a time, not always the same.</summary>
    private const int Serialized = 2;

    private const int MostText = 8192;

    private readonly delegate* unmanaged<int*, byte***, int, int*, int> _initThread;
    private readonly delegate* unmanaged<int*, int> _initialized;
    private readonly delegate* unmanaged<nint, int*, int> _rank;
    private readonly delegate* unmanaged<nint, int*, int> _size;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged<byte*, int*, int> _libraryVersion;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int> _allGather;
    private readonly delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int> _allToAll;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly nint _world;
    private readonly nint _byte;
    private readonly nint _errorsReturn;

    private MpiLibrary(string name, nint library)
    {
        Name = name;
        _initThread = (delegate* unmanaged<int*, byte***, int, int*, int>)Function("MPI_Init_thread");
        _initialized = (delegate* unmanaged<int*, int>)Function("MPI_Initialized");
        _rank = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)Function("MPI_Comm_set_errhandler");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Function("MPI_Error_string");
        _libraryVersion = (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version");
        _broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Function("MPI_Bcast");
        _allGather = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int>)Function("MPI_Allgatherv");
        _allToAll = (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int>)Function("MPI_Alltoallv");
        _abort = (delegate* unmanaged<nint, int, int>)Function("MPI_Abort");
        _finalize = (delegate* unmanaged<int>)Function("MPI_Finalize");
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _world))
        {
            _byte = Function("ompi_mpi_byte");
            _errorsReturn = Function("ompi_mpi_errors_return");
        }
        else
        {
            (_world, _byte, _errorsReturn) = (0x44000000, 0x4c00010d, 0x54000001);
        }

        nint Function(string function) => NativeLibrary.TryGetExport(library, function, out var address)
            ? address
            : throw new ExchangeException($"The library '{name}' has no {function}; expected an MPI library of Open MPI, MPICH or one with MPICH's binary interface.");
    }

    /// <summary>The name under which the library was loaded.</summary>
    public string Name { get; }

    /// <summary>Loads a library.</summary>
    /// <param name="names">The names to try.</param>
    /// <param name="launch">The launch, for the message.</param>
    /// <exception cref="ExchangeException">There is none.</exception>
    public static MpiLibrary Load(IReadOnlyList<string> names, MpiLaunch? launch)
    {
        SignalHandlers.LeaveToRuntime();
        foreach (var name in names)
            if (NativeLibrary.TryLoad(name, out var library))
                return new MpiLibrary(name, library);
        var launched = launch is null ? "" : $" The process was started by {launch.Launcher}'s launcher.";
        throw new ExchangeException(
            $"No MPI library was found: {string.Join(", ", names)}.{launched} Expected Open MPI (Debian: openmpi-bin) or MPICH (Debian: mpich), or the path of a library in {MpiNames.Variable}.");
    }

    /// <summary>Starts MPI.</summary>
    /// <exception cref="ExchangeException">It failed, or was started before.</exception>
    public void Start()
    {
        int flag, provided;
        Check(_initialized(&flag), "MPI_Initialized");
        if (flag != 0)
            throw new ExchangeException("MPI was started before in this process; expected one exchange, which stays until the process ends.");
        Check(_initThread(null, null, Serialized, &provided), "MPI_Init_thread");
        Check(_setErrorHandler(_world, _errorsReturn), "MPI_Comm_set_errhandler");
        if (provided < Serialized)
            throw new ExchangeException($"'{Name}' supports threads at level {provided}; expected {Serialized} (MPI_THREAD_SERIALIZED) or more.");
    }

    /// <summary>Returns this process's number and the number of processes.</summary>
    public (int Rank, int Size) World()
    {
        int rank, size;
        Check(_rank(_world, &rank), "MPI_Comm_rank");
        Check(_size(_world, &size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>Returns the library's name and version.</summary>
    public string Version()
    {
        var text = stackalloc byte[MostText];
        int length;
        Check(_libraryVersion(text, &length), "MPI_Get_library_version");
        return Encoding.UTF8.GetString(text, length).TrimEnd('\0').Split('\n')[0].Trim();
    }

    public void Broadcast(Span<byte> data)
    {
        fixed (byte* d = data)
            Check(_broadcast(d, data.Length, _byte, 0, _world), "MPI_Bcast");
    }

    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts, ReadOnlySpan<int> places)
    {
        fixed (byte* o = own, a = all)
        fixed (int* c = counts, p = places)
            Check(_allGather(o, own.Length, _byte, a, c, p, _byte, _world), "MPI_Allgatherv");
    }

    public void AllToAll(
        ReadOnlySpan<byte> own, ReadOnlySpan<int> ownCounts, ReadOnlySpan<int> ownPlaces, Span<byte> received, ReadOnlySpan<int> receivedCounts,
        ReadOnlySpan<int> receivedPlaces)
    {
        fixed (byte* o = own, r = received)
        fixed (int* oc = ownCounts, op = ownPlaces, rc = receivedCounts, rp = receivedPlaces)
            Check(_allToAll(o, oc, op, _byte, r, rc, rp, _byte, _world), "MPI_Alltoallv");
    }

    /// <summary>Ends all processes, this one included.</summary>
    public void Abort(int code) => _ = _abort(_world, code);

    /// <summary>Ends MPI, when all processes do.</summary>
    public void End() => Check(_finalize(), "MPI_Finalize");

    /// <exception cref="ExchangeException">A call failed.</exception>
    private void Check(int code, string function)
    {
        if (code == 0)
            return;
        var text = stackalloc byte[MostText];
        var length = 0;
        var reason = _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : "an unknown error";
        throw new ExchangeException($"{function} of '{Name}' failed with code {code}: {reason}");
    }
}
