using System.IO.Compression;
using System.Text.Json;
using Ntm.Core.Tests.NativeLoading;

namespace Ntm.Packages.Tests;

/// <summary>The console program as the tool <c>ntm</c>, packed and installed like in docs/getting-started.md.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ntm-tool-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void It_is_installed_into_an_empty_folder_and_trains_there()
    {
        Assert.SkipUnless(PackageFeed.IsRunnable, "The tool is packed with libtorch for Linux x64, and this is another platform.");
        var (feed, folder) = (Path.Combine(_root, "feed"), Directory.CreateDirectory(Path.Combine(_root, "folder")).FullName);
        // A tool contains everything that it needs: the feed is the only source.
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="{Path.Combine(_root, "packages")}" />
              </config>
              <packageSources>
                <clear />
                <add key="feed" value="{feed}" />
              </packageSources>
            </configuration>
            """);
        var output = "";
        foreach (var (_, block) in GuidePage.OfProgram.Where(block => block.Language == "sh"))
        {
            var command = block.Replace("/path/to/feed", feed, StringComparison.Ordinal);
            output += GuidePage.IsForTheRepository(block)
                ? Shell(command.Replace(" -o ", " --no-build -o ", StringComparison.Ordinal).Replace("-c Release", $"-c {PackageFeed.Configuration}", StringComparison.Ordinal), PackageFeed.Repository)
                : Shell(command, folder);
        }

        Assert.Contains("TorchSharp  0.107", output);
        Assert.Contains("Trained to the end after 200 sequences", output);
        Assert.Contains("length 3", output);
        // It uses the name that it was called by.
        Assert.Contains("\n  ntm evaluate ", output);
        Assert.DoesNotContain("dotnet run", output);
        Brings(Directory.GetFiles(feed, "Ntm.Tool.*.nupkg").Single());
        Seeds(folder);
        Completes(folder);
    }

    /// <summary>The content of the package: the command, torch's library, and the repository's models.</summary>
    private static void Brings(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        var files = archive.Entries.Select(e => e.FullName).ToList();
        Assert.Contains(files, f => f.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal));
        var models = Path.Combine(PackageFeed.Repository, "models");
        var kept = Directory.Exists(models) ? Directory.GetFiles(models, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(models, f)) : [];
        Assert.DoesNotContain(kept, model => !files.Exists(f => f.EndsWith($"/models/{model}", StringComparison.Ordinal)));
        using var settings = new StreamReader(archive.GetEntry("tools/net10.0/any/DotnetToolSettings.xml")!.Open());
        Assert.Contains("Command Name=\"ntm\"", settings.ReadToEnd());
    }

    /// <summary>Trainings of several seeds are processes that it starts of itself.</summary>
    private static void Seeds(string folder)
    {
        var output = Shell("tools/ntm train copy --max-length 2 --sequences 100 --until end --seeds 1-2 --out seeds --json 2>/dev/null", folder);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(output.TrimEnd('\n').Split('\n')[^1]).RootElement.ValueKind);
    }

    /// <summary>The page's function for bash, called as bash does.</summary>
    private static void Completes(string folder)
    {
        var script = $$"""
            PATH=$PWD/tools:$PATH
            {{GuidePage.OfProgram.Single(block => block.Language == "bash").Content}}
            COMP_WORDS=(ntm train --opt) COMP_CWORD=2 COMP_LINE="ntm train --opt" COMP_POINT=15
            _ntm
            echo "${COMPREPLY[@]}"
            """;
        var (exitCode, output) = DotnetCli.Run("bash", folder, "-c", script);
        Assert.Equal((0, "--optimizer"), (exitCode, output.Trim()));
    }

    private static string Shell(string command, string folder)
    {
        var (exitCode, output) = DotnetCli.Run("sh", folder, "-e", "-c", command);
        Assert.True(exitCode == 0, $"{command}\nended with {exitCode}:\n{output}");
        return output;
    }
}
