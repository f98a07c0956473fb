using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Ntm.Distributed;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Train.Mpi;

/// <summary>The processes that <c>mpirun</c> or <c>srun</c> started to share a training. Rank 0 has the folder and the terminal; the others compute.</summary>
internal sealed class MpiJob
{
    private const int MostText = 2000;

    private static readonly TextWriter Errors = Console.Error;

    private static bool _hasJoined;
    private static MpiExchange? _joined;

    private readonly MpiExchange _exchange;
    private bool _allKnow;

    private MpiJob(MpiExchange exchange, int localSize) => (_exchange, LocalSize) = (exchange, localSize);

    /// <summary>The exchange of gradients.</summary>
    public IGradientExchange Exchange => _exchange;

    /// <summary>Whether this is rank 0.</summary>
    public bool IsFirst => _exchange.Rank == 0;

    /// <summary>The number of processes that share the cores of this one.</summary>
    public int LocalSize { get; }

    /// <summary>The launch of one of several processes.</summary>
    private static MpiLaunch? Launch { get; } = MpiLaunch.Detect() is { Size: not 1 } launch ? launch : null;

    /// <summary>Silences all ranks but the first, from the start of the program.</summary>
    public static void Silence()
    {
        // The report of a rank that ends the job has its own writer.
        _ = Errors;
        if (Launch is not { Rank: > 0 })
            return;
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
    }

    /// <summary>Refuses what several processes cannot share.</summary>
    /// <param name="what">The command.</param>
    /// <exception cref="UsageException">The program was started as one of several processes.</exception>
    public static void Refuse(string what)
    {
        if (Launch is { } launch)
            throw new UsageException($"{what} was started as several processes by the launcher of {launch.Launcher}, which can share one 'train' only; expected no launcher, or NTM_MPI=off for processes that share nothing.");
    }

    /// <summary>Joins the processes of the job.</summary>
    /// <returns>The job; <see langword="null"/> if there is one process.</returns>
    /// <exception cref="UsageException">MPI is missing, or does not fit the launcher.</exception>
    public static MpiJob? Join()
    {
        if (Launch is null)
            return null;
        _hasJoined = true;
        try
        {
            var exchange = MpiExchange.Start(report: Errors.WriteLine);
            exchange.AbortCode = ExitCode.Failure;
            _joined = exchange;
            return exchange.Size > 1 ? new MpiJob(exchange, Math.Max(1, Launch.LocalSize ?? 1)) : null;
        }
        catch (ExchangeException e)
        {
            if (Launch.Rank > 0)
                LeaveWithout(e);
            throw new UsageException(e.Message, e);
        }
    }

    /// <summary>Tells the other processes, which would wait for this one, that it fails before it joins them.</summary>
    /// <param name="message">The reason.</param>
    public static void Fail(string message)
    {
        if (Launch is null || _hasJoined)
            return;
        try
        {
            _ = Join()?.Gather(message);
        }
        catch (UsageException)
        {
            // Without MPI the others fail as well.
        }
    }

    /// <summary>Does something on all ranks, or fails on all of them.</summary>
    /// <exception cref="UsageException">Another rank failed.</exception>
    public T Together<T>(Func<T> begin)
        where T : class
    {
        T? begun = null;
        Exception? failure = null;
        try
        {
            begun = begin();
        }
        catch (Exception e)
        {
            failure = e;
        }

        var failures = Gather(failure is null ? "" : failure.Message is { Length: > 0 } message ? message : failure.GetType().Name);
        _allKnow = Array.Exists(failures, f => f.Length > 0);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        if (Array.FindIndex(failures, f => f.Length > 0) is var rank && rank >= 0)
        {
            (begun as IDisposable)?.Dispose();
            throw new UsageException($"Rank {rank} of {_exchange.Size} could not begin: {failures[rank]}");
        }

        return begun!;
    }

    /// <summary>Begins the training on all ranks. The others than rank 0 have neither its folder nor the checkpoint that it resumes from.</summary>
    /// <param name="begin">Begins the training on rank 0.</param>
    /// <param name="own">The settings of this rank; <see langword="null"/> to take those of rank 0.</param>
    public TrainingRun Begin(Func<TrainingRun> begin, TrainSettings? own)
    {
        var first = Together(() => IsFirst ? begin() : TrainingRun.Unknown);
        try
        {
            var settings = Broadcast(JsonSerializer.SerializeToUtf8Bytes(first.Settings, SettingsJson.Options))!;
            var checkpoint = Broadcast(first.Checkpoint is { } saved ? File.ReadAllBytes(saved.Path) : null);
            return Together(() => IsFirst
                ? first
                : TrainingRun.Joined(own ?? JsonSerializer.Deserialize<TrainSettings>(settings, SettingsJson.Options)!, Load(checkpoint)));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Runs this rank's part. If it fails alone, the job ends.</summary>
    public int Run(Func<int> part)
    {
        try
        {
            return part();
        }
        // All ranks know of the others.
        catch (Exception e) when (!_allKnow && e is not (ExchangeException or TrainingDivergedException or UsageException) && e.InnerException is not TrainingDivergedException)
        {
            _exchange.Abort(e);
            throw;
        }
    }

    /// <summary>Leaves the job at the end of the program, when everything is written: a launcher ends all processes after the first that failed.</summary>
    public static void Leave() => _joined?.Dispose();

    /// <summary>Ends a process that cannot join the others. Those that can wait for it to begin, and some launchers notice only a signal.</summary>
    private static void LeaveWithout(ExchangeException reason)
    {
        // If rank 0 fails as well, its message is enough.
        Thread.Sleep(TimeSpan.FromSeconds(1));
        Errors.WriteLine($"Rank {Launch!.Rank} cannot begin: {reason.Message}");
        Errors.Flush();
        Process.GetCurrentProcess().Kill();
    }

    private static TrainingCheckpoint? Load(byte[]? bytes)
    {
        if (bytes is null)
            return null;
        var file = Path.Combine(Path.GetTempPath(), $"ntm-checkpoint-{Guid.NewGuid():N}.safetensors");
        try
        {
            File.WriteAllBytes(file, bytes);
            return TrainingCheckpoint.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private byte[]? Broadcast(byte[]? data)
    {
        Span<byte> header = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, data?.Length ?? -1);
        _exchange.Broadcast(header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length < 0)
            return null;
        var bytes = IsFirst ? data! : new byte[length];
        _exchange.Broadcast(bytes);
        return bytes;
    }

    private string[] Gather(string text)
    {
        var own = new byte[MostText];
        // A character has at most four bytes.
        Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, MostText / 4)), own);
        var all = new byte[_exchange.Size * MostText];
        _exchange.AllGather(own, all, [.. Enumerable.Repeat(MostText, _exchange.Size)]);
        return [.. Enumerable.Range(0, _exchange.Size).Select(rank => Encoding.UTF8.GetString(all, rank * MostText, MostText).TrimEnd('\0'))];
    }
}
