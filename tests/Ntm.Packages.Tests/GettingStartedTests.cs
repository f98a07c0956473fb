using Ntm.Core.Tests.NativeLoading;

namespace Ntm.Packages.Tests;

/// <summary>A user who follows the page literally, in an empty folder, gets a trained model.</summary>
public class GettingStartedTests(PackageFeed feed)
{
    [Fact]
    public void The_page_leads_to_a_trained_model()
    {
        Assert.SkipUnless(PackageFeed.IsRunnable, "The page's commands are those for Linux x64, and this is another platform.");
        var folder = Directory.CreateDirectory(Path.Combine(feed.Root, "beginner")).FullName;
        feed.WriteSources(folder);
        var packed = Directory.CreateDirectory(Path.Combine(feed.Root, "beginners-feed")).FullName;
        var outputs = new List<string>();
        foreach (var (language, content) in GuidePage.OfPackages)
        {
            if (language == "csharp")
                File.WriteAllText(Path.Combine(folder, "Program.cs"), content);
            else
                outputs.Add(Shell(content.Replace("/path/to/feed", packed, StringComparison.Ordinal), folder));
        }

        // The page's second program runs as well, in the folder with the model of the first one.
        outputs.Add(Shell("dotnet run -c Release", folder));
        Assert.Equal(["Ntm.Core", "Ntm.Distributed", "Ntm.Runtime", "Ntm.Tasks", "Ntm.Training"], Directory.GetFiles(packed, "*.nupkg").Select(f => Path.GetFileName(f).Split(".0.")[0]).Order());
        Assert.Contains("Solved after", outputs[^2]);
        var copied = RowsAfter("to copy  copied", outputs[^2]);
        Assert.InRange(copied.Count, 1, 5);
        Assert.All(copied, row => Assert.Equal(row[0], row[1]));
        // Of a row, input and locations without an output while the sequence comes in; then all four.
        var steps = RowsAfter("input  output  writes to  reads from", outputs[^1]);
        Assert.Equal([3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4], steps.Select(row => row.Length));
        Assert.Equal(steps.Take(5).Select(row => row[0][..4]), steps.Skip(6).Select(row => row[1]));
    }

    /// <summary>The rows of a table at the end of an output, by their columns.</summary>
    private static List<string[]> RowsAfter(string heading, string output)
    {
        Assert.Contains(heading, output);
        return [.. output.Split(heading)[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }

    /// <summary>Runs a block of the page unchanged, except for two things: what the repository packs has been built before, and the sources
    /// of packages are those of <see cref="PackageFeed"/>, so that nothing is downloaded.</summary>
    private static string Shell(string block, string folder)
    {
        var repository = GuidePage.IsForTheRepository(block);
        var command = repository ? block.Replace(" -o ", " --no-build -o ", StringComparison.Ordinal).Replace("-c Release", $"-c {PackageFeed.Configuration}", StringComparison.Ordinal)
            : block.Replace("dotnet new nugetconfig\n", "", StringComparison.Ordinal);
        var (exitCode, output) = DotnetCli.Run("sh", repository ? PackageFeed.Repository : folder, "-e", "-c", command);
        Assert.True(exitCode == 0, $"{command}\nended with {exitCode}:\n{output}");
        return output;
    }
}
