using System.Diagnostics;
using System.Runtime.InteropServices;
using Ntm.Paper.Output;

namespace Ntm.Paper.Processes;

/// <summary>
/// Handles signals. The first one cancels, and running work saves and ends as soon as it can. If that takes too long, or at a second signal, the
/// process ends at once with a sentence. Files are written atomically, so that none is torn.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    /// <summary>Signals that come one right after the other are one: <c>timeout</c> sends its own to the process and to its group.</summary>
    private static readonly TimeSpan SameSignal = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest that saving may take, for large models.</summary>
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(10);

    /// <summary>The numbers and names of the signals. The limits' ones are sent again and again, so that a second one means nothing.</summary>
    private static readonly (int Number, string Name, bool IsLimit)[] Signals =
    [
        (1, "SIGHUP", false), (2, "SIGINT", false), (3, "SIGQUIT", false), (Terminate, "SIGTERM", false), (24, "SIGXCPU", true), (25, "SIGXFSZ", true),
    ];

    private const int Terminate = 15;

    /// <summary>One thread for the command itself, which waits for what computes, one for a signal and one for the next.</summary>
    private const int SpareThreads = 3;

    /// <summary>The registrations for the limits' signals, which stay until the process has ended: a signal that is still to be handled when they go would end
    /// it, although the command has said what is wrong.</summary>
    private static readonly List<PosixSignalRegistration> Lasting = [];

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _gate = new();
    private readonly Lock _message = new();
    private readonly Stopwatch _sinceFirst = new();
    private int _first;
    private bool _isOver;
    private bool _hasSaid;

    public Interruption()
    {
        // The runtime has a thread for SIGINT, SIGQUIT and SIGTERM only. The others are handled by the thread pool, all of whose first threads compute:
        // without a further one a signal waits, and a second one seems to be the first again.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + SpareThreads), ports);
        foreach (var (number, _, isLimit) in Signals)
        {
            if (isLimit && OperatingSystem.IsWindows())
                continue;
            var known = number switch { 1 => PosixSignal.SIGHUP, 2 => PosixSignal.SIGINT, 3 => PosixSignal.SIGQUIT, Terminate => PosixSignal.SIGTERM, _ => (PosixSignal)number };
            (isLimit ? Lasting : _registrations).Add(PosixSignalRegistration.Create(known, context =>
            {
                context.Cancel = true;
                OnSignal(number, isLimit);
            }));
        }
    }

    /// <summary>How long the process may take to end after the first signal: what is computed at the moment may take longer.</summary>
    public static TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(1.7);

    /// <summary>The advice to the user if the process has to end at once; <see langword="null"/> if there is none.</summary>
    public static string? Advice { get; set; }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of a command that was interrupted.</summary>
    public int Code => ExitCode.OfSignal(_first == 0 ? Terminate : _first);

    /// <summary>Writes the message for a command that was interrupted, unless the process is ending with another one.</summary>
    public void Say() => Say($"Interrupted by {NameOf(_first == 0 ? Terminate : _first)}.");

    /// <summary>Gives what only saves and ends the time that it needs.</summary>
    public static void AllowSaving() => Grace = LongestSave > Grace ? LongestSave : Grace;

    /// <summary>The same as a first SIGTERM.</summary>
    public void Request() => OnSignal(Terminate, isLimit: true);

    /// <summary>The command has ended: so does the process, in its own way.</summary>
    public void Dispose()
    {
        lock (_gate)
            _isOver = true;
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void OnSignal(int number, bool isLimit)
    {
        lock (_gate)
        {
            if (_first == 0)
            {
                _first = number;
                _sinceFirst.Start();
                new Thread(() => Cancel(number)) { IsBackground = true, Name = "interruption" }.Start();
                return;
            }

            if (isLimit || _sinceFirst.Elapsed < SameSignal)
                return;
        }

        EndNow(number, $"Ended at once by a second signal, {NameOf(number)}.");
    }

    /// <summary>Cancelling runs what saves, which may have to wait for what is computed.</summary>
    private void Cancel(int number)
    {
        var cancelling = new Thread(_source.Cancel) { IsBackground = true, Name = "cancellation" };
        cancelling.Start();
        cancelling.Join(LongestSave);
        // It may have been lengthened meanwhile.
        while (_sinceFirst.Elapsed < Grace)
            Thread.Sleep(Tick);
        EndNow(number, FormattableString.Invariant($"Ended by {NameOf(number)}, for what is being computed takes longer than {_sinceFirst.Elapsed.TotalSeconds:0.#} seconds."));
    }

    /// <summary>Writes the only message: a signal may arrive while the command is ending because of the first one.</summary>
    private void Say(string sentence)
    {
        lock (_message)
        {
            if (!_hasSaid)
                Console.Error.WriteLine(Advice is null ? sentence : $"{sentence} {Advice}");
            _hasSaid = true;
        }
    }

    private static string NameOf(int number) => Signals.First(s => s.Number == number).Name;

    private void EndNow(int number, string sentence)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
        }

        // On another thread: the one that is stopped in the middle of writing may hold the writer.
        var saying = new Thread(() => Say(sentence)) { IsBackground = true };
        saying.Start();
        saying.Join(TimeSpan.FromMilliseconds(300));
        // Without the native libraries' own ends, which crash while other threads compute.
        if (!OperatingSystem.IsWindows())
            Exit(ExitCode.OfSignal(number));
        Environment.Exit(ExitCode.OfSignal(number));
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
