using Ntm.Distributed.Mpi;
using Ntm.Training;

namespace Ntm.Distributed;

/// <summary>
/// The exchange of a training over MPI, for programs that <c>mpirun</c> or <c>srun</c> starts: <c>new Trainer(model, task, options) { Exchange = exchange
/// }</c>. It uses all processes of the job.
/// </summary>
/// <remarks>
/// MPI can be started once in a process, so there is one exchange until the process ends. A process of the job that fails ends all of them: after <see
/// cref="Abort"/>, an unhandled exception, or the end of the process without <see cref="Dispose"/>. If a call of MPI fails, the job ends as well.
/// </remarks>
public sealed class MpiExchange : IGradientExchange, IDisposable
{
    private static int _started;

    private readonly MpiLibrary _library;
    private readonly Action<string>? _report;
    private readonly int[] _places;
    private readonly int[] _receivedPlaces;
    private int _ended;

    private MpiExchange(MpiLibrary library, Action<string>? report)
    {
        (_library, _report) = (library, report);
        (Rank, Size) = library.World();
        Version = library.Version();
        (_places, _receivedPlaces) = (new int[Size], new int[Size]);
        AppDomain.CurrentDomain.UnhandledException += OnUnhandledException;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <inheritdoc />
    public int Rank { get; }

    /// <inheritdoc />
    public int Size { get; }

    /// <summary>The name and version of the MPI library.</summary>
    public string Version { get; }

    /// <summary>The exit code of all processes after <see cref="Abort"/>.</summary>
    /// <value>The default value is 1.</value>
    public int AbortCode { get; set; } = 1;

    /// <summary>Starts MPI.</summary>
    /// <param name="library">The name or path of the library. <see langword="null"/> for the one in the variable <c>NTM_MPI</c>, or else that of the launcher
    /// (see <see cref="MpiLaunch"/>): <c>libmpi.so.40</c> of Open MPI, <c>libmpich.so.12</c> of MPICH.</param>
    /// <param name="report">Receives the message when this process ends the job, which is the last chance to write it; <see langword="null"/> for
    /// none.</param>
    /// <exception cref="ExchangeException">There is no MPI library, MPI was started before, or could not be started; or the library belongs to another launcher
    /// than the one that started the process.</exception>
    public static MpiExchange Start(string? library = null, Action<string>? report = null)
    {
        var launch = MpiLaunch.Detect();
        var name = library ?? (Environment.GetEnvironmentVariable(MpiNames.Variable) is { Length: > 0 } named ? named : null);
        var loaded = MpiLibrary.Load(name is null ? MpiNames.For(launch) : [name], launch);
        if (Interlocked.Exchange(ref _started, 1) != 0)
            throw new ExchangeException("MPI was started before in this process; expected one exchange, which stays until the process ends.");
        loaded.Start();
        var exchange = new MpiExchange(loaded, report);
        if (launch?.Size is { } size && size != exchange.Size)
        {
            exchange.Dispose();
            throw new ExchangeException(
                $"{launch.Launcher}'s launcher started {size} processes, and '{loaded.Name}' ({exchange.Version}) has {exchange.Size}; expected the library of the launcher, by its path in {MpiNames.Variable}.");
        }

        return exchange;
    }

    /// <inheritdoc />
    public void Broadcast(Span<byte> data)
    {
        ThrowIfEnded();
        try
        {
            _library.Broadcast(data);
        }
        catch (ExchangeException e)
        {
            Abort(e);
            throw;
        }
    }

    /// <inheritdoc />
    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
    {
        ThrowIfEnded();
        CheckCounts(counts, nameof(counts));
        Require(nameof(own), own.Length, counts[Rank]);
        Require(nameof(all), all.Length, Place(counts, _places), orMore: true);
        try
        {
            _library.AllGather(own, all, counts, _places);
        }
        catch (ExchangeException e)
        {
            Abort(e);
            throw;
        }
    }

    /// <inheritdoc />
    public void AllToAll(ReadOnlySpan<byte> own, ReadOnlySpan<int> ownCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
    {
        ThrowIfEnded();
        CheckCounts(ownCounts, nameof(ownCounts));
        CheckCounts(receivedCounts, nameof(receivedCounts));
        Require(nameof(own), own.Length, Place(ownCounts, _places));
        Require(nameof(received), received.Length, Place(receivedCounts, _receivedPlaces), orMore: true);
        try
        {
            _library.AllToAll(own, ownCounts, _places, received, receivedCounts, _receivedPlaces);
        }
        catch (ExchangeException e)
        {
            Abort(e);
            throw;
        }
    }

    /// <summary>Ends all processes of the job with <see cref="AbortCode"/>, this one included.</summary>
    /// <param name="cause">The failure.</param>
    public void Abort(Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _report?.Invoke($"Rank {Rank} of {Size} ends the job: {cause.Message}");
        _library.Abort(AbortCode);
    }

    /// <summary>Ends MPI. It returns when all processes of the job have come here.</summary>
    /// <exception cref="ExchangeException">MPI failed.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandledException;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        _library.End();
    }

    private void OnUnhandledException(object sender, UnhandledExceptionEventArgs e) =>
        Abort(e.ExceptionObject as Exception ?? new InvalidOperationException($"{e.ExceptionObject}"));

    /// <summary>Other processes may wait for this one.</summary>
    private void OnProcessExit(object? sender, EventArgs e) =>
        Abort(new InvalidOperationException($"The process ends with exit code {Environment.ExitCode} before the exchange was disposed."));

    private void ThrowIfEnded() => ObjectDisposedException.ThrowIf(_ended != 0, this);

    private void CheckCounts(ReadOnlySpan<int> counts, string argument)
    {
        if (counts.Length != Size)
            throw new ArgumentException($"{argument} has {counts.Length} elements; expected {Size}, one for each rank.", argument);
    }

    /// <summary>Sets the place of each rank's data, and returns the number of bytes of all.</summary>
    private static int Place(ReadOnlySpan<int> counts, int[] places)
    {
        var at = 0;
        for (var rank = 0; rank < counts.Length; rank++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(counts[rank]);
            places[rank] = at;
            at = checked(at + counts[rank]);
        }

        return at;
    }

    private static void Require(string argument, int actual, int expected, bool orMore = false)
    {
        if (orMore ? actual < expected : actual != expected)
            throw new ArgumentException($"{argument} has {actual} bytes; expected {expected}, the sum of the counts.", argument);
    }
}
