using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using Ntm.Core.Tests.NativeLoading;

[assembly: AssemblyFixture(typeof(Ntm.Packages.Tests.PackageFeed))]

namespace Ntm.Packages.Tests;

/// <summary>
/// The packages in a local feed, and a project far from this repository and its settings that references them. Its own package folder is
/// empty; what is not ours comes from the machine's, which saves half a gigabyte of copies.
/// </summary>
public sealed class PackageFeed : IDisposable
{
    public PackageFeed()
    {
        Directory.CreateDirectory(Project);
        Succeed(Root, "msbuild", Path.Combine(Repository, "src", "Packages.proj"), "-t:Pack", "-p:NoBuild=true", $"-p:Configuration={Configuration}", $"-p:PackageOutputPath={Feed}", "-v:q", "-nologo");
        Version = Path.GetFileName(Directory.GetFiles(Feed, "Ntm.Core.*.nupkg").Single())["Ntm.Core.".Length..^".nupkg".Length];
        var material = Path.Combine(AppContext.BaseDirectory, "Consumer");
        foreach (var file in Directory.GetFiles(material))
            File.Copy(file, Path.Combine(Project, Path.GetFileName(file).Replace(".csproj.txt", ".csproj", StringComparison.Ordinal)));
        File.WriteAllText(Path.Combine(Project, "Directory.Build.props"), $"<Project><PropertyGroup><NtmVersion>{Version}</NtmVersion></PropertyGroup></Project>");
        WriteSources(Project);
        if (IsRunnable)
            Succeed(Project, "build", "-c", "Release", "-v:q", "-nologo");
    }

    /// <summary>Whether the programs, which reference libtorch for Linux x64, can run on this machine.</summary>
    public static bool IsRunnable => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>The repository's folder.</summary>
    public static string Repository { get; } = Path.GetFullPath(Metadata("Repository"));

    /// <summary>The configuration of this build, usually Release.</summary>
    public static string Configuration { get; } = Metadata("Configuration");

    public string Root { get; } = Directory.CreateTempSubdirectory("ntm-packages-").FullName;

    public string Feed => Path.Combine(Root, "feed");

    public string Project => Path.Combine(Root, "consumer");

    public string Version { get; }

    public ZipArchive Open(string id, string extension = "nupkg") => ZipFile.OpenRead(Path.Combine(Feed, $"{id}.{Version}.{extension}"));

    /// <summary>Makes the feed the only source of a folder. Other packages come from the machine's package folder.</summary>
    public void WriteSources(string folder) => File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
        <configuration>
          <config>
            <add key="globalPackagesFolder" value="{Path.Combine(Root, "packages")}" />
          </config>
          <fallbackPackageFolders>
            <add key="machine" value="{Metadata("NuGetPackages")}" />
          </fallbackPackageFolders>
          <packageSources>
            <add key="local" value="{Feed}" />
          </packageSources>
        </configuration>
        """);

    /// <summary>Runs a command of <c>dotnet</c> that must succeed.</summary>
    public static string Succeed(string folder, params string[] arguments)
    {
        var (exitCode, output) = DotnetCli.Dotnet(folder, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public static string Metadata(string key) => typeof(PackageFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
