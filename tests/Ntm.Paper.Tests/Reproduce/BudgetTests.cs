using Ntm.Paper.Catalog;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Reproduce;

public sealed class BudgetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-budget-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names => new(Budget.All.Select(b => b.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_budget_trains_every_task_by_every_architecture(string name)
    {
        var plan = new ReproductionPlan(Budget.Find(name), TaskCatalog.All, Architectures.OfPaper, null, "out");
        var trainings = plan.Trainings();
        Assert.Equal(15, trainings.Select(t => (t.Settings.Task, t.Settings.Architecture)).Distinct().Count());
        Assert.Equal(trainings.Count, trainings.Select(t => t.Folder.Path).Distinct().Count());
        foreach (var task in plan.Tasks)
            foreach (var architecture in plan.Architectures)
                Assert.Equal(Enumerable.Range(plan.Budget.Of(task.Name, architecture).FirstSeed, plan.Trainings(task, architecture).Count), plan.Trainings(task, architecture).Select(t => t.Settings.Seed));
    }

    /// <summary>On two cores, with a fifth of the time for measuring and drawing.</summary>
    [Theory]
    [InlineData("quick", 10 * 60)]
    [InlineData("standard", 3 * 3600)]
    public void Its_trainings_leave_time_for_the_rest(string name, double seconds)
    {
        var plan = new ReproductionPlan(Budget.Find(name), TaskCatalog.All, Architectures.OfPaper, null, "out");
        Assert.InRange(plan.Trainings().Sum(t => t.ExpectedSeconds) / 2, 0, 0.8 * seconds);
    }

    [Fact]
    public void The_full_budget_is_the_papers()
    {
        var plan = new ReproductionPlan(Budget.Find("full"), TaskCatalog.All, Architectures.OfPaper, null, "out");
        Assert.All(plan.Trainings(), training => Assert.Equal(("paper", 1_000_000, Until.End), (training.Settings.Preset, training.Settings.Sequences, training.Settings.Until)));
    }

    [Fact]
    public void What_is_trained_besides_has_a_seed_and_a_folder_of_its_own()
    {
        var plan = new ReproductionPlan(Budget.Find(TinyBudget.Write(_folder)), [TaskCatalog.Find("copy")], [Architecture.NtmFeedforward], null, "out");
        Assert.Equal([1, 9], plan.Trainings().Select(t => t.Settings.Seed));
        Assert.Equal(["seed-1", "further-1"], plan.Trainings().Select(t => Path.GetFileName(t.Folder.Path)));
    }

    [Fact]
    public void Seeds_can_be_asked_for()
    {
        var plan = new ReproductionPlan(Budget.Find("quick"), [TaskCatalog.Find("ngram")], [Architecture.Lstm], 4, "out");
        Assert.Equal([1, 2, 3, 4], plan.Trainings().Select(t => t.Settings.Seed));
    }

    [Fact]
    public void Seeds_begin_where_the_budget_says()
    {
        var file = Path.Combine(_folder, "later.json");
        File.WriteAllText(file, """{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 2, "first-seed": 11, "seconds": 1, "settings": {} } } } }""");
        foreach (var (asked, expected) in ((int?, int[])[])[(null, [11, 12]), (3, [11, 12, 13])])
        {
            var plan = new ReproductionPlan(Budget.Find(file), [TaskCatalog.Find("copy")], [Architecture.Lstm], asked, "out");
            Assert.Equal(expected, plan.Trainings().Select(t => t.Settings.Seed));
            Assert.Equal(expected.Select(seed => $"seed-{seed}"), plan.Trainings().Select(t => Path.GetFileName(t.Folder.Path)));
        }
    }

    [Theory]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "first-seed": -1, "seconds": 1, "settings": {} } } } }""", "copy by lstm: first-seed is -1")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 0, "runs": {} }""", "evaluation-sequences is 0")]
    [InlineData("""{ "summary": "", "runs": {} }""", "evaluation")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": null }""", "runs")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": {}, "typo": 1 }""", "typo")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 0, "seconds": 1, "settings": {} } } } }""", "copy by lstm: seeds is 0")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "seconds": -1, "settings": {} } } } }""", "seconds is -1")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "seconds": 1, "settings": {}, "further": [{ "seconds": 0, "settings": {} }] } } } }""", "copy by lstm: seconds is 0")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "seconds": 1, "settings": {}, "further": [{ "seconds": 1 }] } } } }""", "settings")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "seconds": 1, "settings": { "lr": "fast" } } } } }""", "copy by lstm: settings: 'lr' is \"fast\"; it must be a number")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "seconds": 1, "settings": { "lr": 0 } } } } }""", "copy by lstm: settings: --lr is 0")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "seconds": 1, "settings": { "heads": 2 } } } } }""", "copy by lstm: settings: --heads does not apply")]
    [InlineData("""{ "summary": "", "evaluation-sequences": 1, "runs": { "copy": { "lstm": { "seeds": 1, "seconds": 1, "settings": { "typo": 2 } } } } }""", "copy by lstm: settings: unknown setting 'typo'")]
    [InlineData("""{ "summary": "", "evaluation-sequences": "many", "runs": {} }""", "the value of 'evaluation-sequences' is of another kind than expected")]
    [InlineData("""{ "summary": ""  """, "--budget")]
    public void A_damaged_budget_is_refused_by_name(string text, string expected)
    {
        var file = Path.Combine(_folder, "mine.json");
        File.WriteAllText(file, text);
        var message = Assert.Throws<UsageException>(() => Budget.Find(file)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("mine.json", message, StringComparison.Ordinal);
        Assert.DoesNotContain("--config", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Ntm.Paper.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_one_is_refused_with_those_there_are()
    {
        var message = Assert.Throws<UsageException>(() => Budget.Find("huge")).Message;
        Assert.Contains("huge", message, StringComparison.Ordinal);
        Assert.Contains("quick, standard, full", message, StringComparison.Ordinal);
    }
}
