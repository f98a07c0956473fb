using System.Diagnostics;

namespace Ntm.Core.Tests.NativeLoading;

/// <summary>Runs the <c>dotnet</c> command, and programs that it built, as from a user's shell: nothing of the test run is inherited.</summary>
internal static class DotnetCli
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);
    private static readonly string[] _ofTheTestRun = ["MSBUILD", "DOTNET_CLI_", "TESTINGPLATFORM", "VSTEST", "COREHOST"];

    // The command passes its path to its child processes; a test program that was started directly asks the shell.
    private static readonly string _dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static (int ExitCode, string Output) Dotnet(string folder, params string[] arguments) => Run(_dotnet, folder, arguments);

    public static (int ExitCode, string Output) Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOfTheTestRun).ToList())
            start.Environment.Remove(name);

        // No process may outlive its command: a compiler or build server would hold on to the folder and to this output's pipes.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        // A project with its own nuget.config sets the package folder there.
        if (File.Exists(Path.Combine(folder, "nuget.config")))
            start.Environment.Remove("NUGET_PACKAGES");

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {_limit}.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }

    private static bool IsOfTheTestRun(string name) =>
        name != "DOTNET_CLI_HOME" && _ofTheTestRun.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
