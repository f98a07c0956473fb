using Ntm.Paper.Settings;
using Ntm.Paper.Sweeps;
using Ntm.Paper.Train;

namespace Ntm.Paper.Tests.Sweeps;

public sealed class SweepDefinitionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-sweep-file-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_has_what_the_options_have_and_is_written_in_one_way()
    {
        var file = Write("""
            {
              "seeds": "3,1,2,7",
              "task": "copy",
              "vary": { "lr": [1e-4, 0.0003], "memory": ["constant", "random"], "beta1": [0.5] },
              "settings": { "sequences": 300, "max-length": 4, "optimizer": "adam", "checkpoint-minutes": 0.5 }
            }
            """);
        var read = SweepDefinition.Read(file);
        var given = new System.Text.Json.Nodes.JsonObject { ["optimizer"] = "adam", ["checkpoint-minutes"] = 0.5, ["max-length"] = 4, ["sequences"] = 300 };
        var asked = new SweepDefinition("copy", given, [SweepAxis.OfOption("lr=0.0001,3e-4"), SweepAxis.OfOption("memory=constant,random"), SweepAxis.OfOption("beta1=0.5")], null, null, SeedRange.Parse("1-3,7"));
        Assert.Equal(asked.Text(), read.Text());
        // What a folder keeps is such a file.
        Assert.Equal(read.Text(), SweepDefinition.Read(Write(read.Text())).Text());
        Assert.Contains("\"seeds\": \"1-3,7\"", read.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_has_every_combination_with_every_seed()
    {
        var plan = PlanOf("""{ "task": "copy", "vary": { "lr": [1e-4, 3e-4], "memory": ["constant", "random"] }, "settings": { "sequences": 300 }, "seeds": "1-3" }""");
        var trainings = plan.Trainings(0, Enumerable.Range(0, 4));
        Assert.Equal(12, trainings.Count);
        Assert.Equal(Enumerable.Range(0, 12), trainings.Select(t => t.Number));
        Assert.Equal(["00_lr=0.0001_memory=constant_seed=1", "05_lr=0.0001_memory=random_seed=3", "11_lr=0.0003_memory=random_seed=3"], ((int[])[0, 5, 11]).Select(i => trainings[i].Name));
        Assert.Equal((1e-4, 3, 300L), (trainings[5].Settings.Optimizer.LearningRate, trainings[5].Settings.Seed, trainings[5].Settings.Sequences));
        Assert.Equal("random", SettingsJson.Name(trainings[5].Settings.Ntm.Memory));
    }

    /// <summary>Rates are compared by their ratios: of four orders of magnitude each has its quarter, and none would have less than a twentieth of forty.</summary>
    [Fact]
    public void Rates_are_drawn_by_their_logarithms_others_are_not_and_both_may_be_stated()
    {
        Assert.True(SweepAxis.OfOption("lr=1e-5..1e-1").Range!.IsLogarithmic);
        Assert.True(SweepAxis.OfOption("branch-rate=0.1..1").Range!.IsLogarithmic);
        Assert.False(SweepAxis.OfOption("final-rate=0..1").Range!.IsLogarithmic);
        Assert.False(SweepAxis.OfOption("dropout=0.1..0.5").Range!.IsLogarithmic);
        Assert.False(SweepAxis.OfOption("lr=linear:1e-5..1e-1").Range!.IsLogarithmic);
        Assert.True(SweepAxis.OfOption("controller-size=log:20..200").Range!.IsLogarithmic);
        var plan = PlanOf("""{ "task": "copy", "vary": { "lr": { "from": 1e-5, "to": 1e-1 }, "controller-size": { "from": 20, "to": 22 } }, "random": { "count": 40, "seed": 2 } }""");
        double[] rates = [.. plan.Combinations.Select(c => c.Settings.Optimizer.LearningRate)];
        for (var power = -5; power < -1; power++)
            Assert.InRange(rates.Count(r => r >= Math.Pow(10, power) && r < Math.Pow(10, power + 1)), 2, 20);
        Assert.Equal([20, 21, 22], plan.Combinations.Select(c => c.Settings.Ntm.ControllerSize).Distinct().Order());
    }

    [Fact]
    public void A_random_choice_is_the_same_every_time_and_another_one_for_another_seed()
    {
        const string Sweep = """{ "task": "copy", "vary": { "lr": { "from": 1e-5, "to": 1e-1 }, "memory": ["constant", "random"] }, "random": { "count": 10, "seed": SEED } }""";
        string[] Names(int seed) => [.. PlanOf(Sweep.Replace("SEED", $"{seed}", StringComparison.Ordinal)).Trainings(0, Enumerable.Range(0, 10)).Select(t => t.Name)];
        Assert.Equal(Names(1), Names(1));
        Assert.NotEqual(Names(1), Names(2));
    }

    [Fact]
    public void Halving_has_rungs_of_more_sequences_and_fewer_combinations()
    {
        var plan = PlanOf("""{ "task": "copy", "vary": { "lr": { "from": 1e-5, "to": 1e-1 } }, "random": { "count": 9 }, "settings": { "sequences": 1000 }, "halving": { "factor": 3, "first-sequences": 100 } }""");
        Assert.Equal((4, true), (plan.Rungs, plan.IsHalving));
        Assert.Equal([(9, 100L), (3, 300), (1, 900), (1, 1000)], Enumerable.Range(0, 4).Select(rung => (plan.CombinationsIn(rung), plan.Trainings(rung, [4])[0].Settings.Sequences)));
        Assert.StartsWith("rung-3/4_lr=", plan.Trainings(2, [4])[0].Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{", "definition.json")]
    [InlineData("""{ "vary": {} }""", "there is no 'task'; expected a text")]
    [InlineData("""{ "task": "copi" }""", "'task' is 'copi'; expected one of copy")]
    [InlineData("""{ "task": 3 }""", "'task' is 3; expected a text")]
    [InlineData("""{ "task": "copy", "task": "copy" }""", "task")]
    [InlineData("""{ "task": "copy", "varies": {} }""", "unknown member 'varies'; known are task, settings, vary")]
    [InlineData("""{ "task": "copy", "vary": null }""", "'vary' is null; expected an object")]
    [InlineData("""{ "task": "copy", "vary": [] }""", "'vary' is []; expected an object")]
    [InlineData("""{ "task": "copy", "vary": { "lr": 3 } }""", "'vary': 'lr' is 3; expected a list of values, or an object with 'from' and 'to'")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [] } }""", "'vary': 'lr' has no values; expected at least one")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [0.1, 1e-1] } }""", "'vary': 'lr' has the value 0.1 twice; expected different values")]
    [InlineData("""{ "task": "copy", "vary": { "lr": ["0.1"] } }""", "'vary': 'lr' has \"0.1\"; expected a number")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [true] } }""", "'vary': 'lr': --lr is 'true'; it must be a number")]
    [InlineData("""{ "task": "copy", "vary": { "memory": ["blank"] } }""", "--memory is 'blank'; it must be one of")]
    [InlineData("""{ "task": "copy", "vary": { "batch-size": [1.5] } }""", "--batch-size is '1.5'; it must be a whole number")]
    [InlineData("""{ "task": "copy", "vary": { "lrr": [1] } }""", "'lrr' is no setting; did you mean 'lr'?")]
    [InlineData("""{ "task": "copy", "vary": { "seed": [1] } }""", "'seed' cannot be varied: 'seeds' says")]
    [InlineData("""{ "task": "copy", "vary": { "lr": { "from": 1e-5, "to": 1e-3 } } }""", "'lr' has a range, of which values are drawn; expected a list")]
    [InlineData("""{ "task": "copy", "vary": { "lr": { "from": 1e-5 } }, "random": { "count": 2 } }""", "'lr': 'to' is null; expected a number")]
    [InlineData("""{ "task": "copy", "vary": { "lr": { "from": 1e-3, "to": 1e-5 } }, "random": { "count": 2 } }""", "the range 1e-3 to 1e-5; expected two ends above 0, the lower one first")]
    [InlineData("""{ "task": "copy", "vary": { "lr": { "from": 1, "to": 2, "scale": "ln" } }, "random": { "count": 2 } }""", "'scale' is 'ln'; expected log or linear")]
    [InlineData("""{ "task": "copy", "vary": { "lr": { "from": 1, "to": 2, "by": 1 } }, "random": { "count": 2 } }""", "'lr': unknown member 'by'; known are from, to, scale")]
    [InlineData("""{ "task": "copy", "vary": { "batch-size": { "from": 1.2, "to": 1.8 } }, "random": { "count": 2 } }""", "expected at least two whole numbers between its ends")]
    [InlineData("""{ "task": "copy", "vary": { "memory": { "from": 1, "to": 2 } }, "random": { "count": 2 } }""", "values of memory are not numbers; expected a list of one of constant")]
    [InlineData("""{ "task": "copy", "random": { "count": 2 } }""", "there is a random choice, and nothing varies")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [1, 2] }, "random": { "count": 0 } }""", "'random': 'count' is 0; expected a whole number from 1 to 100000")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [1, 2] }, "random": { "seed": 3 } }""", "'random': there is no 'count'")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [1, 2] }, "random": { "count": 3 } }""", "3 combinations were requested of 2")]
    [InlineData("""{ "task": "copy", "halving": { "factor": 1, "first-sequences": 10 } }""", "'halving': 'factor' is 1; expected a whole number from 2")]
    [InlineData("""{ "task": "copy", "halving": { "factor": 2, "first-sequences": 460000 } }""", "the first rung has 460000 sequences, and a training 400000; expected at most as many")]
    [InlineData("""{ "task": "copy", "vary": { "sequences": [1, 2] }, "halving": { "factor": 2, "first-sequences": 10 } }""", "'sequences' is varied, which halving does itself")]
    [InlineData("""{ "task": "associative-recall", "vary": { "architecture": ["ntm-lstm", "lstm"] }, "halving": { "factor": 2, "first-sequences": 10 } }""", "train on different numbers of sequences")]
    [InlineData("""{ "task": "copy", "seeds": "3-1" }""", "'seeds' is '3-1'; it must be seeds")]
    [InlineData("""{ "task": "copy", "settings": { "lr": 1 }, "vary": { "lr": [1, 2] } }""", "'lr' is varied, and set to 1 as well; expected one of them")]
    [InlineData("""{ "task": "copy", "settings": { "out": "x" } }""", "'settings' has 'out', which a sweep has for each training")]
    [InlineData("""{ "task": "copy", "settings": { "lr": "1" } }""", "'settings': 'lr' has \"1\"; expected a number")]
    [InlineData("""{ "task": "copy", "settings": { "max-lengths": 1 } }""", "unknown setting 'max-lengths'")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [0.1, -1] } }""", "with lr=-1: --lr is -1; it must be")]
    [InlineData("""{ "task": "copy", "vary": { "optimizer": ["adam", "sgd"], "beta1": [0.5, 0.9] } }""", "with optimizer=sgd, beta1=0.5: --beta1 does not apply")]
    [InlineData("""{ "task": "copy", "vary": { "memory-locations": [2, 8] } }""", "with memory-locations=2: --memory-locations is 2; it must be at least 3")]
    [InlineData("""{ "task": "copy", "vary": { "lr": [1, 2] }, "seeds": "0-9999", "settings": {} , "random": { "count": 3 } }""", "3 combinations were requested of 2")]
    public void What_is_wrong_is_refused_by_member_value_and_expectation(string json, string message)
    {
        var refused = Assert.Throws<UsageException>(() => PlanOf(json)).Message;
        Assert.Contains(message, refused, StringComparison.Ordinal);
        Assert.Contains("definition.json", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lr", "it must be a setting and its values")]
    [InlineData("=1", "it must be a setting and its values")]
    [InlineData("lr=", "it must be a setting and its values")]
    [InlineData("--lr=1,2", "'--lr' is no setting; did you mean 'lr'?")]
    [InlineData("lr=1,,2", "--lr is ''; it must be a number")]
    [InlineData("lr=1e-3..", "'' as an end of its range; expected a number")]
    [InlineData("lr=log:1e-3", "a range must have two ends")]
    [InlineData("lr=1..2..3", "a range must have two ends")]
    [InlineData("lr=log:0..1", "expected two ends above 0")]
    [InlineData("lr=1..nan", "'nan' as an end of its range")]
    [InlineData("out=a,b", "'out' cannot be varied")]
    public void Other_options_are_refused_by_name(string text, string message)
    {
        var refused = Assert.Throws<UsageException>(() => SweepAxis.OfOption(text)).Message;
        Assert.StartsWith("--vary", refused, StringComparison.Ordinal);
        Assert.Contains(message, refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e-05", "1e-05")]
    [InlineData("../../etc/pass wd", "..-..-etc-pass-wd")]
    [InlineData("/a/very/long/path/to/sequences.safetensors", "to-sequences.safetensors")]
    public void Names_have_nothing_that_a_shell_or_a_file_system_reads_in_another_way(string value, string word) => Assert.Equal(word, SweepNames.Word(value));

    [Theory]
    [InlineData("1")]
    [InlineData("1-3")]
    [InlineData("1,3-5,9")]
    public void Seeds_have_one_text(string text) => Assert.Equal(text, SeedRange.Text(SeedRange.Parse(text)));

    private SweepPlan PlanOf(string json)
    {
        var file = Write(json);
        return new SweepPlan(SweepDefinition.Read(file), file);
    }

    private string Write(string json)
    {
        var file = Path.Combine(_folder, "definition.json");
        File.WriteAllText(file, json);
        return file;
    }
}
