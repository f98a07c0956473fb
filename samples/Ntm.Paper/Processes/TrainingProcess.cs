using System.ComponentModel;
using System.Diagnostics;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Training;

namespace Ntm.Paper.Processes;

/// <summary>A training in its own process: its result is bit-identical whatever runs beside it.</summary>
internal static class TrainingProcess
{
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="folder">The training's folder.</param>
    /// <param name="cancellation">Asks the training to save and end.</param>
    /// <exception cref="TrialBusyException">Another process is training in the folder.</exception>
    /// <exception cref="InvalidDataException">The training failed; the message is its own.</exception>
    public static async Task<TrainingSummary> RunAsync(IEnumerable<string> arguments, RunFolder folder, CancellationToken cancellation)
    {
        var end = await EndAsync(arguments, folder, cancellation);
        return end.Summary ?? throw new InvalidDataException(end.Reason);
    }

    /// <summary>Runs a training that may fail.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="folder">The training's folder.</param>
    /// <param name="cancellation">Asks the training to save and end.</param>
    /// <exception cref="TrialBusyException">Another process is training in the folder.</exception>
    /// <exception cref="InvalidDataException">The process could not be started, or did not print its result.</exception>
    public static async Task<TrainingEnd> EndAsync(IEnumerable<string> arguments, RunFolder folder, CancellationToken cancellation)
    {
        using var process = Start(arguments, folder);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await using (cancellation.Register(() => AskToEnd(process)))
            await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode == ExitCode.Success)
            return new TrainingEnd(ExitCode.Success, TrainingSummary.Parse(await output, folder), null);
        var reason = Reason(process.ExitCode, await error);
        return process.ExitCode == ExitCode.Busy ? throw new TrialBusyException(reason) : new TrainingEnd(process.ExitCode, null, reason);
    }

    private static Process Start(IEnumerable<string> arguments, RunFolder folder)
    {
        try
        {
            return Process.Start(StartInfo(arguments))!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidDataException($"{folder.Path}: no process could be started for the training: {e.Message}", e);
        }
    }

    private static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        // By the program's own executable, or, where it was started by 'dotnet Ntm.Paper.dll', in the same way.
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] all = [.. isHost ? [Path.Combine(AppContext.BaseDirectory, "Ntm.Paper.dll")] : Array.Empty<string>(), .. arguments];
        return new ProcessStartInfo(program, all)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [EndOfInput.Variable] = "1" },
        };
    }

    /// <summary>The last line of the process; the lines before report its progress.</summary>
    private static string Reason(int code, string error)
    {
        var last = error.TrimEnd().Split('\n')[^1].Trim();
        const int Kill = 9;
        return code == ExitCode.OfSignal(Kill) ? "the process was killed, perhaps for want of memory"
            : last.Length == 0 || code > ExitCode.OfSignal(0) ? $"the process ended with exit code {code}{(last.Length == 0 ? "" : $": {last}")}"
            : last;
    }

    /// <summary>By the end of its input, which it takes for a signal. A signal might be its second one: the terminal sends them to all its processes.</summary>
    private static void AskToEnd(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has ended already.
        }
    }
}

/// <summary>The end of a training's process.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Summary">The result; <see langword="null"/> if it failed.</param>
/// <param name="Reason">Why it failed; <see langword="null"/> if it did not.</param>
internal sealed record TrainingEnd(int ExitCode, TrainingSummary? Summary, string? Reason);
