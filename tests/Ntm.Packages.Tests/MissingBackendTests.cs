namespace Ntm.Packages.Tests;

/// <summary>A program that references no libtorch gets a warning at build time, not an undefined symbol at run time.</summary>
public class MissingBackendTests(PackageFeed feed)
{
    private const string Warning = "warning NTM0003: Consumer references no libtorch, without which TorchSharp cannot be loaded: add a package that has it";

    [Theory]
    [InlineData("Exe", "", true)]
    [InlineData("WinExe", "", true)]
    [InlineData("Library", "", false)]
    [InlineData("Exe", "libtorch-cpu-linux-x64", false)]
    [InlineData("Exe", "", false, "-p:NtmCheckTorchBackend=false")]
    public void The_build_names_the_package_that_is_missing(string type, string backend, bool isWarned, params string[] properties)
    {
        var project = Path.Combine(feed.Root, $"backend-{type}-{backend}-{properties.Length}");
        Directory.CreateDirectory(project);
        feed.WriteSources(project);
        var reference = backend == "" ? "" : $"""<PackageReference Include="{backend}" Version="2.10.0" />""";
        File.WriteAllText(Path.Combine(project, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>{type}</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Ntm.Core" Version="{feed.Version}" />
                {reference}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(project, "Program.cs"), "internal static class Program { private static void Main() { } }");
        // Only compiled: an output folder with half a gigabyte is not needed.
        PackageFeed.Succeed(project, "restore", "-nologo", "-v:q");
        var output = PackageFeed.Succeed(project, ["msbuild", "-t:Compile", "-nologo", "-v:m", .. properties]);
        Assert.Equal(isWarned, output.Contains(Warning, StringComparison.Ordinal));
        Assert.Equal(isWarned, output.Contains(PackageFeed.IsRunnable ? "dotnet add package libtorch-cpu-linux-x64" : "dotnet add package TorchSharp-cpu", StringComparison.Ordinal));
    }
}
