using System.Reflection;
using Ntm.Core.Tests.NativeLoading;

namespace Ntm.Samples.Tests;

/// <summary>A sample as the build left it.</summary>
internal static class Sample
{
    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = Path.GetFullPath(Metadata("Repository"));

    /// <summary>The program's assembly, which <c>dotnet</c> starts.</summary>
    /// <param name="name">The project's name.</param>
    public static string Assembly(string name) => Path.Combine(Repository, "artifacts", "bin", name, Metadata("Configuration").ToLowerInvariant(), $"{name}.dll");

    /// <summary>Runs a sample that must succeed.</summary>
    public static string Succeed(string folder, string name, params string[] arguments)
    {
        var (exitCode, output) = Run(folder, name, arguments);
        Assert.True(exitCode == 0, $"{name} ended with {exitCode}:\n{output}");
        return output;
    }

    public static (int ExitCode, string Output) Run(string folder, string name, params string[] arguments) => DotnetCli.Dotnet(folder, [Assembly(name), .. arguments]);

    private static string Metadata(string key) => typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
