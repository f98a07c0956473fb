using System.Diagnostics;

namespace Ntm.Tests.Shared;

/// <summary>
/// A Python with PyTorch, the oracle of the interchange tests: <c>NTM_PYTHON</c>, or the first on the way that can import torch. Who has
/// none skips these tests and is told so.
/// </summary>
internal static class PyTorch
{
    private static readonly Lazy<(string? Path, string Reason)> Found = new(Find);

    /// <summary>Why there is none, or <see langword="null"/>.</summary>
    public static string? Missing => Found.Value.Path is null ? Found.Value.Reason : null;

    /// <summary>The folder of the tests' own Python files.</summary>
    public static string Scripts { get; } = Path.Combine(AppContext.BaseDirectory, "PyTorch");

    /// <summary>Skips the test where there is no PyTorch.</summary>
    public static void Require() => Assert.SkipWhen(Missing is not null, Missing ?? "");

    /// <summary>Runs a script that must succeed.</summary>
    /// <param name="script">Its path; a bare name is one of <see cref="Scripts"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its standard output.</returns>
    public static string Run(string script, params string[] arguments)
    {
        var (exitCode, output, error) = TryRun(script, arguments);
        Assert.True(exitCode == 0, $"{script} ended with {exitCode}:{Environment.NewLine}{output}{Environment.NewLine}{error}");
        return output;
    }

    public static (int ExitCode, string Output, string Error) TryRun(string script, params string[] arguments) =>
        Start(Found.Value.Path!, [Path.Combine(Scripts, script), .. arguments]);

    private static (string? Path, string Reason) Find()
    {
        string[] candidates = Environment.GetEnvironmentVariable("NTM_PYTHON") is { Length: > 0 } named ? [named] : ["python3", "/usr/bin/python3", "python"];
        foreach (var candidate in candidates)
        {
            try
            {
                if (Start(candidate, ["-c", "import torch"]).ExitCode == 0)
                    return (candidate, "");
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such program; the next one may be there.
            }
        }

        return (null, $"None of {string.Join(", ", candidates)} is a Python with PyTorch (Debian: python3-torch); NTM_PYTHON names one.");
    }

    private static (int ExitCode, string Output, string Error) Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Compiled files beside the scripts would be output of a build that no build made.
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
