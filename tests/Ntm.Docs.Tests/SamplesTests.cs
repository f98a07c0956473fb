namespace Ntm.Docs.Tests;

/// <summary>The samples are programs that a user could have written, and their page lists all of them.</summary>
public class SamplesTests
{
    private static readonly string[] Samples =
    [
        .. Directory.GetDirectories(Path.Combine(Documents.Root, "samples")).Where(folder => File.Exists(Path.Combine(folder, "Program.cs")))
            .Select(folder => Path.GetFileName(folder)).Where(name => name != "Ntm.Paper").Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void The_page_has_a_section_for_each_with_its_command()
    {
        Assert.InRange(Samples.Length, 6, 30);
        var page = Documents.Text("samples/README.md");
        Assert.All(Samples, sample => Assert.Contains($"\n## {sample}\n\n```sh\n", page, StringComparison.Ordinal));
        Assert.All(Samples, sample => Assert.Contains($"--project samples/{sample}", page, StringComparison.Ordinal));
        Assert.All(Samples, sample => Assert.Contains($"--project samples/{sample}", File.ReadAllText(Path.Combine(Documents.Root, "samples", sample, "Program.cs")), StringComparison.Ordinal));
    }

    [Fact]
    public void Each_is_in_the_solution_and_has_a_test()
    {
        var solution = Documents.Text("Ntm.sln");
        var tests = string.Concat(Sources.Files("tests/Ntm.Samples.Tests").Select(File.ReadAllText));
        Assert.All(Samples, sample => Assert.Contains($"\"{sample}\"", solution, StringComparison.Ordinal));
        Assert.All(Samples, sample => Assert.Contains($"\"{sample}\"", tests, StringComparison.Ordinal));
        // In a clone where nothing is built, the tests build only what they reference.
        var project = Documents.Text("tests/Ntm.Samples.Tests/Ntm.Samples.Tests.csproj");
        Assert.All(Samples, sample => Assert.Contains($"{sample}.csproj\" ReferenceOutputAssembly=\"false\"", project, StringComparison.Ordinal));
    }

    /// <summary>A copy of a sample compiles with the public members only.</summary>
    [Fact]
    public void None_sees_what_is_internal()
    {
        var projects = string.Concat(Sources.Files("src", "*.csproj").Concat(Sources.Files("samples", "*.csproj")).Select(File.ReadAllText));
        Assert.Contains("<InternalsVisibleTo Include=\"Ntm.Paper\" />", projects, StringComparison.Ordinal);
        Assert.All(Samples, sample => Assert.DoesNotContain($"<InternalsVisibleTo Include=\"{sample}\" />", projects, StringComparison.Ordinal));
    }
}
