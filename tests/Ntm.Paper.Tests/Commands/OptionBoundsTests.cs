using System.CommandLine;
using System.Text.Json.Nodes;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.OwnData;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.OwnData;
using Ntm.Paper.Train;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Tests.Commands;

/// <summary>
/// Every option of every command, at its bounds, beyond them, and with what is no value at all: it works, or it is wrong usage with a sentence of
/// the user's world. What would take hours or gigabytes is taken as far as everything that checks it.
/// </summary>
public sealed class OptionBoundsTests : IDisposable
{
    private static readonly RootCommand Root = PaperProgram.Create(out _);

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-bounds-").FullName;

    public static TheoryData<string, string> Models => new(
        from task in TaskCatalog.All from architecture in Architectures.All select (task.Name, SettingsJson.Name(architecture)));

    public static TheoryData<string> Settings => new(SettingProperty.All.Where(s => s.Key != "task").Select(s => s.Key));

    /// <summary>All but those that a test of their own has.</summary>
    public static TheoryData<string, string> OtherOptions => new(
        from command in Root.Subcommands
        from option in command.Options.Concat(Root.Options)
        where option is not System.CommandLine.Help.HelpOption and not VersionOption && SettingProperty.All.All(s => s.Option != option.Name || command.Name != "train")
        select (command.Name, option.Name));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Settings that pass are such that nothing of the library refuses what is made of them.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_setting_that_is_accepted_is_one_that_works(string task, string architecture)
    {
        var accepted = 0;
        foreach (var setting in SettingProperty.All.Where(s => s.Key != "task"))
        {
            foreach (var word in OptionValues.Of(setting))
            {
                var context = $"train {task} --architecture {architecture} {setting.Option} '{word}'";
                var parse = CommandLine.Parse(Root, ["train", task, setting.Option, word]);
                if (parse.Errors.Count > 0)
                {
                    Assert.All(CommandLine.Errors(parse), e => OptionValues.AssertSaysSomething(e, context));
                    continue;
                }

                try
                {
                    var given = new JsonObject { ["architecture"] = architecture };
                    given[setting.Key] = setting.Parse(word);
                    // With the first optimizer or way of clipping that it is for.
                    if (setting.Choice is { } choice && choice is OptionGroup.Optimizer or OptionGroup.Clipping)
                        given[choice] = setting.Names[0];
                    var settings = SettingsResolver.Resolve(task, null, given);
                    AssertWorks(settings, context);
                    accepted++;
                }
                catch (UsageException e)
                {
                    OptionValues.AssertSaysSomething(e.Message, context);
                }
            }
        }

        Assert.InRange(accepted, 100, int.MaxValue);
    }

    /// <summary>Quick commands are run, not only parsed.</summary>
    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_training_at_the_bounds_works_or_is_wrong_usage(string key)
    {
        // Large numbers of these would take long, or memory; the others are free.
        string[] costly =
        [
            "threads", "batch-size", "min-length", "max-length", "controller-size", "controller-layers", "heads", "memory-locations", "memory-width", "generations", "branches",
            "branch-sequences", "settle-sequences", "settle-batch", "sequences", "min-repeats", "max-repeats", "min-items", "max-items", "read-heads", "write-heads",
            "training-min-repeats", "training-max-repeats", "item-length", "width", "n", "bits", "inputs", "outputs", "shift-range", "epochs", "classes",
        ];
        var setting = SettingProperty.All.Single(s => s.Key == key);
        var (run, codes) = (0, new List<int>());
        var task = setting.Choice == OptionGroup.Task ? setting.Names[0] : "copy";
        // What its choice has to be.
        string[] chosen = setting.Choice is { } choice && choice is OptionGroup.Optimizer or OptionGroup.Clipping ? [$"--{choice}", setting.Names[0]]
            // So that small numbers of these are right.
            : key == "bits" ? ["--n", "2"] : key == "inputs" ? ["--outputs", "1"] : [];
        string[] right = [];
        if (task == DataEntry.TaskName)
        {
            var file = Path.Combine(_folder, "data.safetensors");
            if (key == "classes")
                SequenceFiles.WriteSymbols(file, 20, seed: 1, hasNumber: false);
            else
                SequenceFiles.WriteNumbers(file, 20, seed: 1, (a, _) => a);
            chosen = ["--data", file];
            right = key is "data" or "validation" ? [file] : key == "classes" ? ["3"] : [];
        }

        if (key == "from")
        {
            right = [Path.Combine(_folder, "from")];
            await InvokeAsync(["train", "copy", "--sequences", "1", "--max-length", "2", "--controller-size", "2", "--memory-locations", "3", "--memory-width", "1", "--out", right[0]]);
        }

        foreach (var word in OptionValues.Of(setting).Concat(key == "preset" ? ["fast", "paper"] : right).Where(w => !(costly.Contains(key) && double.TryParse(w, out var size) && size > 8)))
        {
            string[] small = key == "preset" ? ["--sequences", "1", "--until", "end"] : [.. key == "epochs" ? [] : (string[])["--sequences", "1"], "--until", "end", "--controller-size", "2", "--memory-locations", "3", "--memory-width", "1", .. task == "copy" ? (string[])["--max-length", "2"] : [], .. chosen];
            string[] arguments = ["train", task, "--threads", "1", "--json", .. key == "out" ? [] : (string[])["--out", Path.Combine(_folder, $"{run++}")], .. small];
            var at = Array.IndexOf(arguments, setting.Option);
            if (at >= 0)
                arguments = [.. arguments[..at], .. arguments[(at + 2)..]];
            // A name would be a folder beside the tests.
            if (key == "out" && word is not ("" or " " or "\t" or "\n" or "a\0b"))
                continue;
            // Right words for other data than these.
            codes.Add(await InvokeAsync([.. arguments, setting.Option, word], mayFail: key is "loss" or "classes"));
        }

        if (key != "out")
            Assert.Contains(0, codes);
        Assert.Contains(2, codes);
    }

    [Theory]
    [MemberData(nameof(OtherOptions))]
    public async Task Other_options_work_or_are_wrong_usage(string command, string option)
    {
        // A training of these reaches further than the options of the command; their words are looked at where they are parsed.
        var isParsedOnly = command is "reproduce" or "train" or "sweep";
        var model = Path.Combine(_folder, "model.safetensors");
        using (var machine = new NeuralTuringMachine(new NtmOptions { ControllerSize = 2, MemoryLocations = 3, MemoryWidth = 1 }, seed: 1))
            NtmModelFile.Save(machine, model);
        var inputs = Path.Combine(_folder, "inputs.safetensors");
        using (var zeros = TorchSharp.torch.zeros(2, 1, 9))
            new SafeTensorsFile([SafeTensor.FromTensor("inputs", zeros)]).Save(inputs);
        var isFlag = Root.Subcommands.Single(c => c.Name == command).Options.Concat(Root.Options).Single(o => o.Name == option).ValueType == typeof(bool);
        foreach (var word in OptionValues.Odd.Append("copy"))
        {
            List<string> arguments = command switch
            {
                "evaluate" => [command, model, "--task", "copy", "--length", "2", "--sequences", "2"],
                "draw" => [command, model, "--task", "copy", "--length", "2", "--out", Path.Combine(_folder, "figures")],
                "predict" => [command, model, "--inputs", inputs, "--out", Path.Combine(_folder, "outputs")],
                "export" => [command, model, "--out", Path.Combine(_folder, "export")],
                "import" => [command, model, "--from", "pytorch-ntm", "--out", Path.Combine(_folder, "imported")],
                "train" or "sweep" => [command, "copy"],
                "collect" => [command, _folder],
                _ => [command],
            };
            if (arguments.IndexOf(option) is var at and > 0)
                arguments.RemoveRange(at, 2);
            arguments.AddRange(isFlag ? [$"{option}={word}"] : [option, word]);
            var isLarge = double.TryParse(word, out var number) && number > 1000;
            var isName = option is "--out" or "--html" && word is not ("" or " " or "\t" or "\n" or "a\0b");
            if (isParsedOnly || isLarge || isName)
                AssertParses(arguments);
            else
                await InvokeAsync(arguments, mayFail: command == "import");
        }
    }

    /// <summary>Every evaluation that can be requested of a task has data, or is refused.</summary>
    [Theory]
    [InlineData("copy", 1_000_000, null, null)]
    [InlineData("copy", 1_000_001, null, null)]
    [InlineData("repeat-copy", 100_000, 1, null)]
    [InlineData("repeat-copy", 100_001, 1, null)]
    [InlineData("repeat-copy", 100_000, 10_000, null)]
    [InlineData("repeat-copy", 1, 10_000, null)]
    [InlineData("associative-recall", null, null, 100_000)]
    [InlineData("associative-recall", null, null, 1)]
    [InlineData("ngram", 3, null, null)]
    public void Conditions_at_their_bounds_are_made_or_refused(string task, int? length, int? repeats, int? items)
    {
        List<string> arguments = ["evaluate", "model"];
        foreach (var (option, value) in ((string, int?)[])[("--length", length), ("--repeats", repeats), ("--items", items)])
            if (value is { } number)
                arguments.AddRange([option, $"{number}"]);
        if (!AssertParses(arguments))
            return;
        try
        {
            var condition = Assert.Single(TaskCatalog.Find(task).Conditions(new TrainSettings { Task = task }, new EvaluationRequest(length, repeats, items)));
            // A hundred sequences together are in arrays.
            Assert.InRange(condition.Steps * 100 * Math.Max(condition.Task.InputSize, condition.Task.OutputSize), 1, Array.MaxLength);
        }
        catch (UsageException e)
        {
            OptionValues.AssertSaysSomething(e.Message, string.Join(' ', arguments));
        }
    }

    /// <summary>Each of these is in its range.</summary>
    [Theory]
    [InlineData("copy", "--memory-locations is 2; it must be at least 3", "memory-locations=2")]
    [InlineData("copy", "--memory-locations is 1; it must be at least 3", "memory-locations=1", "architecture=ntm-ff")]
    [InlineData("copy", "--memory-locations is 16777216; it must be at most 4096 with a --memory-width of 65536", "memory-locations=16777216", "memory-width=65536")]
    [InlineData("copy", "--controller-size 65536, --controller-layers 64", "controller-size=65536", "controller-layers=64", "architecture=lstm")]
    [InlineData("copy", "--batch-size is 65536", "batch-size=65536", "max-length=100000")]
    [InlineData("copy", "--settle-batch is 65536", "settle-batch=65536", "max-length=100000", "settle-sequences=1")]
    [InlineData("copy", "--branch-rate is 1000 with an --lr of 1000", "branch-rate=1000", "lr=1000", "generations=1")]
    [InlineData("copy", "--settle-rate is 1000 with an --lr of 1000", "settle-rate=1000", "lr=1000", "settle-sequences=1")]
    [InlineData("repeat-copy", "--max-length 100000 with --max-repeats 10000 makes sequences of 1,000,100,002 steps", "max-length=100000", "max-repeats=10000")]
    public void What_cannot_be_together_is_said_by_its_options(string task, string expected, params string[] settings)
    {
        var given = new JsonObject();
        foreach (var pair in settings.Select(s => s.Split('=')))
            given[pair[0]] = SettingProperty.All.Single(s => s.Key == pair[0]).Parse(pair[1]);
        Assert.Contains(expected, Assert.Throws<UsageException>(() => SettingsResolver.Resolve(task, null, given)).Message);
    }

    [Theory]
    [InlineData("copy", 20)]
    [InlineData("repeat-copy", 20)]
    [InlineData("associative-recall", 20)]
    [InlineData("ngram", 20)]
    [InlineData("priority-sort", 20)]
    public void Steps_are_those_of_the_longest_sequence(string name, int sequences)
    {
        foreach (var condition in TaskCatalog.Find(name).Conditions(Small(name), new EvaluationRequest()))
        {
            var batch = new BatchBuffer(condition.Task);
            batch.Fill(1, 0, sequences);
            Assert.Equal(condition.Steps, batch.Lengths.ToArray().Max());
        }
    }

    private static TrainSettings Small(string task)
    {
        var settings = new TrainSettings { Task = task };
        switch (settings.Data)
        {
            case CopyOptions copy:
                copy.MaxLength = 3;
                break;
            case RepeatCopyOptions repeat:
                (repeat.MaxLength, repeat.MaxRepeats) = (3, 4);
                break;
            case AssociativeRecallOptions recall:
                (recall.MaxItems, recall.ItemLength) = (3, 2);
                break;
            case NGramOptions ngram:
                ngram.Bits = 50;
                break;
            case PrioritySortOptions sort:
                (sort.Inputs, sort.Outputs) = (7, 5);
                break;
        }

        return settings;
    }

    private static void AssertWorks(TrainSettings settings, string context)
    {
        var task = TaskCatalog.Find(settings.Task).Create(settings);
        var training = new TrainingOptionsValidator().Validate(null, TrainerOptions.Of(settings, new RunFolder("run")));
        Assert.False(training.Failed, $"{context}: {training.FailureMessage}");
        Assert.InRange(TaskCatalog.Find(settings.Task).Steps(settings) * settings.BatchSize * Math.Max(task.InputSize, task.OutputSize), 1, Array.MaxLength);
        if (settings.Architecture == Architecture.Lstm)
            return;
        var options = settings.Ntm.Clone();
        (options.InputSize, options.OutputSize) = (task.InputSize, task.OutputSize);
        var machine = new NtmOptionsValidator().Validate(null, options);
        Assert.False(machine.Failed, $"{context}: {machine.FailureMessage}");
    }

    private static bool AssertParses(IReadOnlyList<string> arguments)
    {
        var parse = CommandLine.Parse(Root, arguments);
        Assert.All(CommandLine.Errors(parse), error => OptionValues.AssertSaysSomething(error, string.Join(' ', arguments)));
        Assert.Equal(parse.Errors.Count > 0, CommandLine.Errors(parse).Count > 0);
        return parse.Errors.Count == 0;
    }

    /// <summary>Runs a command in this process, and says what the program would exit with.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="mayFail">Whether a failure with a sentence is right, too.</param>
    private static async Task<int> InvokeAsync(IReadOnlyList<string> arguments, bool mayFail = false)
    {
        var context = string.Join(' ', arguments.Select(a => $"'{a}'"));
        if (!AssertParses(arguments))
            return 2;
        try
        {
            var code = await CommandLine.Parse(Root, arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
            Assert.Equal(0, code);
            return code;
        }
        catch (UsageException e)
        {
            OptionValues.AssertSaysSomething(e.Message, context);
            return 2;
        }
        catch (Exception e) when (mayFail && e is SafeTensorsFormatException or InvalidDataException)
        {
            OptionValues.AssertSaysSomething(e.Message, context);
            return 1;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{context}: {e}");
            return 1;
        }
    }
}
