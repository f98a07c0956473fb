using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Docs.Tests;

/// <summary>The statements of CONTRIBUTING.md about the repository are true.</summary>
public partial class ContributingTests
{
    private static readonly string Page = Documents.Text("CONTRIBUTING.md");

    private static readonly string Map = Page[Page.IndexOf("## Map", StringComparison.Ordinal)..Page.IndexOf("## Build", StringComparison.Ordinal)];

    private static readonly string HowToAdd = Page[Page.IndexOf("## How to add", StringComparison.Ordinal)..Page.IndexOf("## Decisions", StringComparison.Ordinal)];

    [Fact]
    public void Every_folder_of_the_map_exists()
    {
        var folders = MappedFolders().ToList();
        Assert.InRange(folders.Count, 30, 100);
        Assert.DoesNotContain(folders, folder => !Directory.Exists(Path.Combine(Documents.Root, folder)));
    }

    [Theory]
    [InlineData("src/Ntm.Core")]
    [InlineData("src/Ntm.Training")]
    [InlineData("samples/Ntm.Paper")]
    public void The_map_has_every_folder(string project) =>
        Assert.Equal(Sources.Folders(project).Order(), MappedFolders().Where(f => f.StartsWith(project + "/", StringComparison.Ordinal)).Select(f => Path.GetFileName(f)).Order());

    /// <summary>Folders that do not mirror a source folder are named, with their content.</summary>
    [Fact]
    public void Folders_of_tests_are_those_of_the_source()
    {
        var others = Code().Matches(Map[Map.IndexOf("A folder of a test project", StringComparison.Ordinal)..]).Select(m => m.Groups["code"].Value).ToHashSet();
        var unnamed =
            from tests in Directory.GetDirectories(Path.Combine(Documents.Root, "tests"), "*.Tests").Select(Path.GetFileName)
            let project = tests[..^".Tests".Length]
            let source = new[] { $"src/{project}", $"samples/{project}" }.FirstOrDefault(f => Directory.Exists(Path.Combine(Documents.Root, f)))
            let folders = source is null ? [] : Sources.Folders(source).ToHashSet()
            from folder in Sources.Folders($"tests/{tests}")
            where !folders.Contains(folder) && !others.Contains(folder)
            select $"{tests}/{folder}";
        Assert.Empty(unnamed);
    }

    /// <summary>Classes, members and files that the steps name are in the sources, also in tests or tools.</summary>
    [Fact]
    public void What_the_steps_name_exists()
    {
        var text = string.Concat(((string[])["src", "samples", "tests", "tools"]).SelectMany(folder => Sources.Files(folder)).Where(f => !f.EndsWith("ContributingTests.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        var words = Word().Matches(text).Select(match => match.Value).ToHashSet();
        var names = Code().Matches(HowToAdd).Select(match => match.Groups["code"].Value).Distinct().ToList();
        Assert.InRange(names.Count, 40, 200);
        Assert.DoesNotContain(names, name => !Exists(name, words));
    }

    [Fact]
    public void The_steps_name_every_place_that_tells_engines_apart()
    {
        var engine = HowToAdd[HowToAdd.IndexOf("**an engine**", StringComparison.Ordinal)..HowToAdd.IndexOf("**a setting", StringComparison.Ordinal)];
        var places = Sources.Files("src").Concat(Sources.Files("samples/Ntm.Paper"))
            .Where(file => EngineOf().IsMatch(WithoutComments(File.ReadAllText(file)))).Select(file => Path.GetFileNameWithoutExtension(file)).ToList();
        Assert.Contains("EngineSelection", places);
        Assert.DoesNotContain(places, place => !engine.Contains($"`{place}", StringComparison.Ordinal));
        Assert.All(Enum.GetNames<EngineKind>().Where(kind => kind != nameof(EngineKind.Auto)), kind => Assert.Contains($"| `{kind}` |", Documents.Text("docs/engines.md"), StringComparison.Ordinal));
    }

    /// <summary>The driver is generic: the parts that it computes have their own folders.</summary>
    [Fact]
    public void The_engine_knows_no_controller_access_or_loss_by_name()
    {
        var engine = Sources.Files("src/Ntm.Runtime/Engine").ToDictionary(file => Path.GetFileName(file), file => Word().Matches(WithoutComments(File.ReadAllText(file))).Select(m => m.Value).ToHashSet());
        Assert.InRange(engine.Count, 20, 100);
        var known = ((string[])["Controllers", "Access", "Losses"]).SelectMany(folder => Directory.GetDirectories(Path.Combine(Documents.Root, "src/Ntm.Runtime", folder)))
            .SelectMany(folder => Directory.GetFiles(folder, "*.cs")).Select(file => Path.GetFileNameWithoutExtension(file)!).ToList();
        Assert.Contains("NtmAccess", known);
        Assert.Contains("Gru", known);
        Assert.All(engine, file => Assert.DoesNotContain(known, file.Value.Contains));
    }

    /// <summary>Otherwise the program does not start, and its help does not show the setting.</summary>
    [Fact]
    public void Every_setting_has_the_attributes_that_the_steps_ask_for()
    {
        Assert.Contains("`[Category]` (one of `SettingSection`", HowToAdd, StringComparison.Ordinal);
        Assert.All(typeof(TrainSettings).GetProperties().Where(IsSetting), property =>
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Assert.Contains(property.GetCustomAttribute<CategoryAttribute>()?.Category, SettingSection.All);
            Assert.False(string.IsNullOrEmpty(property.GetCustomAttribute<DescriptionAttribute>()?.Description), property.Name);
            Assert.Equal(type == typeof(int) || type == typeof(long) || type == typeof(double), property.GetCustomAttribute<RangeAttribute>() is not null);
        });
    }

    /// <summary>A setting that nothing reads would silently do nothing. The trainer and the search read settings with the names of their options.</summary>
    [Fact]
    public void Every_setting_is_read_outside_the_settings()
    {
        var readers = string.Concat(Sources.Files("samples/Ntm.Paper").Where(f => !Documents.NameOf(f).Contains("/Settings/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var read = Member().Matches(readers).Select(match => match.Groups["name"].Value).ToHashSet();
        read.UnionWith(typeof(TrainingOptions).GetProperties().Select(p => p.Name));
        read.UnionWith(typeof(BranchSearchOptions).GetProperties().Select(p => p.Name));
        // The preset is a layer of the settings, which only the resolver reads. Heads belong to the model.
        Assert.DoesNotContain(typeof(TrainSettings).GetProperties().Where(IsSetting), p => p.Name is not (nameof(TrainSettings.Preset) or nameof(TrainSettings.Heads)) && !read.Contains(p.Name));
    }

    private static bool IsSetting(PropertyInfo property) => property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always };

    [Fact]
    public void Every_task_has_presets_and_is_in_every_budget()
    {
        var presets = JsonNode.Parse(Documents.Text("samples/Ntm.Paper/Settings/presets.json"))!;
        var budgets = JsonNode.Parse(Documents.Text("samples/Ntm.Paper/Reproduce/budgets.json"))!.AsObject();
        Assert.All(TaskCatalog.All, task =>
        {
            Assert.NotNull(presets[task.Name]);
            Assert.All(budgets, budget => Assert.NotNull(budget.Value!["runs"]![task.Name]));
        });
    }

    /// <summary>A file, a path, an attribute, or words from the sources.</summary>
    private static bool Exists(string name, HashSet<string> words) =>
        Sources.Files(".", Path.GetFileName(name)).Any() || Directory.Exists(Path.Combine(Documents.Root, name)) || Sources.Folders("src/Ntm.Core").Contains(name)
        || Sources.Folders("samples/Ntm.Paper").Contains(name)
        || Word().Matches(name).All(word => words.Contains(word.Value) || words.Contains($"{word.Value}Attribute"));

    /// <summary>The paths of the map: indented ones are in the one above.</summary>
    private static IEnumerable<string> MappedFolders()
    {
        var parent = "";
        foreach (Match line in MapLine().Matches(Map))
        {
            var folder = line.Groups["folder"].Value;
            if (line.Groups["indent"].Length == 0)
                parent = folder;
            yield return line.Groups["indent"].Length == 0 ? folder : $"{parent}/{folder}";
        }
    }

    private static string WithoutComments(string code) => Comment().Replace(code, "");

    [GeneratedRegex(@"^(?<indent> *)(?<folder>[\w.]+(/[\w.]+)*)/ ", RegexOptions.Multiline)]
    private static partial Regex MapLine();

    [GeneratedRegex(@"`(?<code>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"[A-Za-z_]\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bEngineKind\.(Cpu|Cuda)\b")]
    private static partial Regex EngineOf();

    [GeneratedRegex(@"\.(?<name>[A-Z]\w+)")]
    private static partial Regex Member();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();
}
