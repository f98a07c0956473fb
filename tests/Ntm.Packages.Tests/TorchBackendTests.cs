using System.Text.Json;
using Ntm.Core.Tests.NativeLoading;

namespace Ntm.Packages.Tests;

/// <summary>
/// The libtorch that this repository's projects require, without restoring any: the graph that NuGet would restore is made by MSBuild alone, and
/// names the packages that projects reference.
/// </summary>
public sealed class TorchBackendTests : IDisposable
{
    private const string Cuda = "TorchSharp-cuda-linux";

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-backend-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void By_default_no_project_names_a_package_for_cuda()
    {
        var graph = Graph();
        Assert.All(graph, p => Assert.DoesNotContain(p.Value, IsForCuda));
        string[] native = OperatingSystem.IsLinux() ? ["libtorch-cpu-linux-x64"] : ["TorchSharp-cpu"];
        Assert.All(Programs, p => Assert.Equal(native, graph[p].Where(IsNative)));
    }

    [Fact]
    public void For_cuda_programs_tests_and_benchmarks_name_its_package_and_no_other_and_libraries_none()
    {
        var graph = Graph("-p:TorchBackend=cuda");
        Assert.All(Programs, p => Assert.Equal([Cuda], graph[p].Where(IsNative)));
        Assert.All(graph.Where(p => !Programs.Contains(p.Key)), p => Assert.DoesNotContain(p.Value, IsNative));
        // Only the native libraries differ.
        var usual = Graph();
        Assert.All(graph, p => Assert.Equal(usual[p.Key].Where(d => !IsNative(d)), p.Value.Where(d => !IsNative(d))));
    }

    [Fact]
    public void Another_backend_is_refused_by_name()
    {
        var (exitCode, output) = Run("-p:TorchBackend=rocm");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("TorchBackend is 'rocm'; expected 'cpu' (default) or 'cuda'.", output, StringComparison.Ordinal);
    }

    /// <summary>With neither backend: the compiler then has nothing of torch but TorchSharp, as it has with the one that cannot be restored here.</summary>
    [Theory]
    [InlineData("samples/Ntm.Paper")]
    [InlineData("benchmarks/Ntm.Benchmarks")]
    public void Programs_compile_against_torchsharp_alone(string project)
    {
        // The packages restored for the usual build suffice: no source is contacted.
        var empty = Directory.CreateDirectory(Path.Combine(_folder, "no-packages")).FullName;
        string[] plain = ["-p:UsesTorchBackend=false", $"-p:RestorePackagesPath={PackageFeed.Metadata("NuGetPackages")}", $"-p:ArtifactsPath={Path.Combine(_folder, "artifacts")}", "-p:NuGetAudit=false", "-v:q", "-nologo"];
        PackageFeed.Succeed(PackageFeed.Repository, ["restore", project, "--source", empty, .. plain]);
        PackageFeed.Succeed(PackageFeed.Repository, ["build", project, "--no-restore", "-c", "Release", "-p:RunAnalyzers=false", "-p:NtmPatchTorchSharp=never", .. plain]);
        var name = Path.GetFileName(project);
        Assert.True(File.Exists(Path.Combine(_folder, "artifacts", "bin", name, "release", $"{name}.dll")));
        Assert.Empty(Directory.EnumerateFiles(_folder, "libtorch*", SearchOption.AllDirectories));
    }

    /// <summary>The projects that run torch.</summary>
    private static string[] Programs =>
    [
        "Ntm.Paper", "Ntm.Brackets", "Ntm.CustomController", "Ntm.Dates", "Ntm.ImportPyTorch", "Ntm.StopAndResume", "Ntm.TrainCopy", "Ntm.Benchmarks",
        "Ntm.Core.Tests", "Ntm.Tasks.Tests", "Ntm.Training.Tests", "Ntm.Paper.Tests", "Ntm.Docs.Tests",
    ];

    private static bool IsForCuda(string package) => package.Contains("cuda", StringComparison.OrdinalIgnoreCase);

    private static bool IsNative(string package) =>
        package.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase) || package.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase);

    /// <summary>The packages that each project of the solution references.</summary>
    private Dictionary<string, List<string>> Graph(params string[] properties)
    {
        var (exitCode, output) = Run(properties);
        Assert.True(exitCode == 0, output);
        using var graph = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "graph.json")));
        return graph.RootElement.GetProperty("projects").EnumerateObject().ToDictionary(
            p => Path.GetFileNameWithoutExtension(p.Name),
            p => p.Value.GetProperty("frameworks").EnumerateObject().SelectMany(Dependencies).Order(StringComparer.Ordinal).ToList());

        static IEnumerable<string> Dependencies(JsonProperty framework) =>
            framework.Value.TryGetProperty("dependencies", out var all) ? all.EnumerateObject().Select(d => d.Name) : [];
    }

    private (int ExitCode, string Output) Run(params string[] properties) => DotnetCli.Dotnet(
        PackageFeed.Repository, ["msbuild", "Ntm.sln", "-t:GenerateRestoreGraphFile", $"-p:RestoreGraphOutputPath={Path.Combine(_folder, "graph.json")}", "-v:q", "-nologo", .. properties]);
}
