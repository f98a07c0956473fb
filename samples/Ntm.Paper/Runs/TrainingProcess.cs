using System.Diagnostics;
using System.Runtime.InteropServices;
using Ntm.Paper.Output;

namespace Ntm.Paper.Runs;

/// <summary>A training in a process of its own: the same bits as by itself, whatever runs beside it.</summary>
internal static partial class TrainingProcess
{
    private const int Terminate = 15;

    /// <param name="arguments">The program's arguments.</param>
    /// <param name="folder">The training's folder.</param>
    /// <param name="cancellation">Asks the training to save and end.</param>
    /// <exception cref="InvalidDataException">The training failed; the message is its own.</exception>
    public static async Task<TrainingSummary> RunAsync(IEnumerable<string> arguments, RunFolder folder, CancellationToken cancellation)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await using (cancellation.Register(() => End(process)))
            await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == ExitCode.Success
            ? TrainingSummary.Parse(await output, folder)
            : throw new InvalidDataException($"{folder.Path}: the training ended with exit code {process.ExitCode}: {(await error).Trim()}");
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

    private static void End(Process process)
    {
        try
        {
            // It saves and ends; where there is no such signal, its newest checkpoint is what is kept.
            if (OperatingSystem.IsWindows() || Kill(process.Id, Terminate) != 0)
                process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
