using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>The workflows run the commands in the documents, on existing files. actionlint, which tools/lint runs, checks their syntax.</summary>
public partial class WorkflowTests
{
    private const string Ci = ".github/workflows/ci.yml";
    private const string Release = ".github/workflows/release.yml";

    private static readonly string[] Workflows = [.. YamlFile.All().Where(file => file.StartsWith(".github/workflows/", StringComparison.Ordinal))];

    [Fact]
    public void There_are_two()
    {
        Assert.Equal([Ci, Release], Workflows);
        Assert.All(Workflows, file => Assert.NotEmpty(YamlFile.Read(file).Entries("jobs")));
    }

    [Fact]
    public void The_tests_are_the_README_s_command_on_three_systems()
    {
        var job = YamlFile.Read(Ci).Entries("jobs").Single(job => job.Key == "test").Value;
        var systems = job.Find("strategy")!.Find("matrix")!.Items("os").Select(os => os.ToString()).ToList();
        Assert.Equal(["macos", "ubuntu", "windows"], systems.Select(os => os.Split('-')[0]).Order());
        // From 14 on, these machines are arm64.
        Assert.True(int.Parse(systems.Single(os => os.StartsWith("macos", StringComparison.Ordinal)).Split('-')[1]) >= 14);
        var step = job.Items("steps").Single(step => step.Text("run")?.StartsWith("dotnet test", StringComparison.Ordinal) == true);
        Assert.Null(step.Find("if"));
        Assert.Contains(step.Text("run"), Documents.Text("README.md").Split('\n').Select(line => line.Split('#')[0].Trim()));
    }

    /// <summary>A change of one of the two requires a change of the other.</summary>
    [Fact]
    public void The_commands_of_ci_are_those_of_the_ci_script()
    {
        var script = Documents.Text(".ci/run").Replace("paper info", "dotnet run -c Release --no-build --project samples/Ntm.Paper -- info", StringComparison.Ordinal);
        var commands = Commands(Ci).ToList();
        Assert.InRange(commands.Count, 6, 20);
        // The script may send a command's output elsewhere.
        var lines = script.Split('\n').Select(line => line.Split(" 2>&1")[0].Trim()).ToHashSet();
        Assert.DoesNotContain(commands, command => command != "sh tools/lint/run.sh" && !lines.Contains(command));
        Assert.Contains("  sh tools/lint/run.sh ", script, StringComparison.Ordinal);
        Assert.Contains("-- \"$@\"", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_path_in_them_exists()
    {
        var paths = Workflows.SelectMany(file => Path().Matches(WithoutComments(Documents.Text(file))).Select(match => match.Value)).Distinct().ToList();
        Assert.Contains("src/Packages.proj", paths);
        Assert.Contains("tools/release-notes.sh", paths);
        Assert.Contains("global.json", paths);
        Assert.DoesNotContain(paths, path => !File.Exists(System.IO.Path.Combine(Documents.Root, path)) && !Directory.Exists(System.IO.Path.Combine(Documents.Root, path)));
        var directories = YamlFile.Read(".github/dependabot.yml").Items("updates").Select(update => update.Text("directory")!).ToList();
        Assert.All(directories, directory => Assert.True(Directory.Exists(Documents.Root + directory), directory));
    }

    /// <summary>An action without a version runs the latest push of its authors.</summary>
    [Fact]
    public void Every_action_has_a_version()
    {
        var actions = Workflows.SelectMany(file => YamlFile.Read(file).Entries("jobs")).SelectMany(job => job.Value.Items("steps").Append(job.Value))
            .Select(step => step.Text("uses")).OfType<string>().Where(action => !action.StartsWith("./", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(actions);
        Assert.DoesNotContain(actions, action => !Version().IsMatch(action));
    }

    /// <summary>The registry is a variable of the repository, its key is a secret, and no text that GitHub fills in is part of a script.</summary>
    [Fact]
    public void Scripts_take_values_from_the_environment()
    {
        Assert.DoesNotContain(Workflows, file => Documents.Text(file).Contains("://", StringComparison.Ordinal));
        Assert.DoesNotContain(Workflows.SelectMany(Commands), command => command.Contains("${{", StringComparison.Ordinal));
        var push = YamlFile.Read(Release).Entries("jobs").SelectMany(job => job.Value.Items("steps")).Single(step => step.Text("run")?.Contains("nuget push", StringComparison.Ordinal) == true);
        Assert.Equal("${{ vars.NUGET_SOURCE }}", push.Find("env")!.Text("NUGET_SOURCE"));
        Assert.Equal("vars.NUGET_SOURCE != ''", push.Text("if"));
    }

    /// <summary>A package without symbols would stop the release after its tag exists.</summary>
    [Fact]
    public void A_release_packs_every_package_with_symbols()
    {
        Assert.Contains(Commands(Release), command => command == "dotnet pack src/Packages.proj -c Release -o packages");
        Assert.Contains("<SymbolPackageFormat>snupkg</SymbolPackageFormat>", Documents.Text("src/Directory.Build.props"), StringComparison.Ordinal);
        var unpacked = Directory.EnumerateFiles(System.IO.Path.Combine(Documents.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("<IsPackable>false", StringComparison.Ordinal));
        Assert.Empty(unpacked);
    }

    private static IEnumerable<string> Commands(string workflow) =>
        from job in YamlFile.Read(workflow).Entries("jobs")
        from step in job.Value.Items("steps")
        from line in (step.Text("run") ?? "").Split('\n')
        where line.Trim().Length > 0
        select line.Trim();

    private static string WithoutComments(string yaml) => Comment().Replace(yaml, "");

    [GeneratedRegex(@"(?<![\w/$.*])(\./)?(\.github|src|tools|samples|tests|docs)/[\w./-]*[\w]|(?<![\w/])(Ntm\.sln|global\.json|CHANGELOG\.md)")]
    private static partial Regex Path();

    [GeneratedRegex(@"^[\w-]+/[\w-]+@v\d+$")]
    private static partial Regex Version();

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
