using Ntm.Core.Tests.NativeLoading;

namespace Ntm.Samples.Tests;

/// <summary>The native program in a folder of its own, published when a test first needs it.</summary>
public sealed class NativeProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-native-").FullName;
    private readonly Lazy<string> _output;

    public NativeProgram() => _output = new Lazy<string>(Publish);

    /// <summary>The text that publishing has printed.</summary>
    public string Output
    {
        get
        {
            RequireLinker();
            return _output.Value;
        }
    }

    /// <summary>The program's path.</summary>
    public string Path
    {
        get
        {
            _ = Output;
            return System.IO.Path.Combine(_folder, "published", OperatingSystem.IsWindows() ? "Ntm.Native.exe" : "Ntm.Native");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void RequireLinker() => Assert.SkipUnless(
        !OperatingSystem.IsWindows() && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Any(folder => File.Exists(System.IO.Path.Combine(folder, "clang")) || File.Exists(System.IO.Path.Combine(folder, "gcc"))),
        "Native code is linked by clang or gcc, and neither is here.");

    /// <summary>Publishes with build outputs apart from the repository's, which other tests use at the same time.</summary>
    private string Publish()
    {
        var (exitCode, output) = DotnetCli.Dotnet(
            Sample.Repository, "publish", "samples/Ntm.Native/Ntm.Native.csproj", "-c", "Release", "-nologo", "-o", System.IO.Path.Combine(_folder, "published"),
            $"-p:ArtifactsPath={System.IO.Path.Combine(_folder, "artifacts")}");
        Assert.True(exitCode == 0, $"Publishing ended with {exitCode}:\n{output}");
        return output;
    }
}
