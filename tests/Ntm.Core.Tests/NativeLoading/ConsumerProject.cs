using System.Runtime.InteropServices;

namespace Ntm.Core.Tests.NativeLoading;

/// <summary>
/// A small program that uses torch, outside of the repository, restored once. Each test builds it in a separate configuration, which has
/// its own intermediate and output folders.
/// </summary>
public sealed class ConsumerProject : IDisposable
{
    private static readonly string _material = Path.Combine(AppContext.BaseDirectory, "NativeLoading");

    public ConsumerProject()
    {
        if (!IsRunnable)
            return;

        Directory.CreateDirectory(Folder);
        foreach (var file in new[] { "Directory.Packages.props", "global.json" })
            File.Copy(Path.Combine(_material, file), Path.Combine(Folder, file));

        // Twice, as for a project of this repository that references the package as well.
        foreach (var import in new[] { "one", "two" })
        {
            var targets = Directory.CreateDirectory(Path.Combine(Folder, "targets", import)).FullName;
            var source = Path.Combine(_material, "buildTransitive");
            foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(targets, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        // These keep MSBuild from looking for its own further up.
        File.WriteAllText(Path.Combine(Folder, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(Folder, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(Folder, "Program.cs"), """
            System.Console.WriteLine("sum " + TorchSharp.torch.ones(3).sum().item<float>());
            """);
        File.WriteAllText(Path.Combine(Folder, "Consumer.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RuntimeIdentifiers>linux-x64</RuntimeIdentifiers>
                <!-- Not only for the half gigabyte's sake: the package cache must survive links, too. -->
                <CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <Compile Remove="targets/**" />
                <PackageReference Include="TorchSharp" />
                <PackageReference Include="libtorch-cpu-linux-x64" />
              </ItemGroup>
              <!-- A TorchSharp whose library is another one. -->
              <Target Name="ReplaceLibrary" AfterTargets="ResolvePackageAssets" Condition="'$(OtherLibrary)' != ''">
                <ItemGroup>
                  <Its Include="@(RuntimeTargetsCopyLocalItems->WithMetadataValue('PathInPackage', 'runtimes/linux-x64/native/libLibTorchSharp.so'))" />
                  <RuntimeTargetsCopyLocalItems Remove="@(Its)" />
                  <RuntimeTargetsCopyLocalItems Include="@(Its->'$(OtherLibrary)')" />
                </ItemGroup>
              </Target>
              <Import Project="targets/one/Ntm.Core.targets" />
              <Import Project="targets/two/Ntm.Core.targets" />
            </Project>
            """);
        Succeed("restore");
    }

    /// <summary>Whether a library for Linux x64 can be loaded here.</summary>
    public static bool IsRunnable => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"ntm-consumer-{Guid.NewGuid():N}");

    /// <summary>The path of the edited copy that a build makes.</summary>
    public string Intermediate(string configuration) =>
        Path.Combine(Folder, "obj", configuration, "net10.0", "torchsharp", "libLibTorchSharp.so");

    /// <summary>The path of the library that the program of a portable build loads.</summary>
    public string Output(string configuration) =>
        Path.Combine(Folder, "bin", configuration, "net10.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    /// <summary>Runs a command of <c>dotnet</c> in the project's folder.</summary>
    public (int ExitCode, string Output) Dotnet(params string[] arguments) => DotnetCli.Dotnet(Folder, arguments);

    /// <summary>Runs a command that must succeed.</summary>
    public string Succeed(params string[] arguments)
    {
        var (exitCode, output) = Dotnet(arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Builds as on a system whose libstdc++ has no version later than GLIBCXX_3.4.30, unless the options say otherwise.</summary>
    public string Build(string configuration, params string[] options) =>
        Succeed(["build", "--no-restore", "-v:normal", $"-p:Configuration={configuration}", "-p:_NtmLibStdCpp=30", .. options]);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }
}
