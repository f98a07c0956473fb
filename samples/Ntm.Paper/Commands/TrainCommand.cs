using System.CommandLine;
using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Commands;

/// <summary><c>train TASK</c>: trains a model and writes a run's folder.</summary>
internal static class TrainCommand
{
    /// <summary>What a user types before a command.</summary>
    private const string Program = "dotnet run -c Release --project samples/Ntm.Paper --";

    public static Command Create()
    {
        var task = new Argument<string>("task") { Description = $"The task: {string.Join(", ", TaskCatalog.All.Select(t => $"{t.Name} ({t.Summary})"))}." };
        var config = new Option<string?>("--config") { Description = "A JSON file with settings under the options' names; options given here win.", HelpName = "file" };
        var json = CommonOptions.Json();
        var command = new Command("train", "Train a model, evaluate it, and write it with its history and settings to a folder.") { task, config, json };
        var options = new Dictionary<SettingProperty, Option<string?>>();
        foreach (var setting in SettingProperty.All.Where(s => s.Key != "task"))
        {
            options[setting] = new Option<string?>(setting.Option) { Description = setting.Description + Defaults(setting), HelpName = setting.HelpName };
            command.Add(options[setting]);
        }

        command.SetAction((parse, cancellation) =>
        {
            var given = new JsonObject();
            foreach (var (setting, option) in options)
                if (parse.GetValue(option) is { } text)
                    given[setting.Key] = setting.Parse(text);
            var name = TaskCatalog.Find(parse.GetRequiredValue(task)).Name;
            var settings = SettingsResolver.Resolve(name, parse.GetValue(config), given);
            // Off the main thread, which waits for Ctrl-C.
            return Task.Run(() => Run(settings, new Terminal(parse.GetValue(json)), cancellation), CancellationToken.None);
        });
        return command;
    }

    private static int Run(TrainSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        Torch.Configure(settings.Threads);
        var task = TaskCatalog.Find(settings.Task).Create(settings);
        using var model = ModelFactory.Create(settings, task);
        var folder = new RunFolder(settings.Out ?? RunFolder.DefaultPath(settings));
        folder.Prepare(settings);
        terminal.Line($"Training {settings.Task} for at most {settings.Sequences:N0} sequences with seed {settings.Seed} by the {model.EngineName} engine. Ctrl-C stops and saves.");

        var result = new Trainer(model.Sequences, task, Options(settings)).Train(new TrainingReporter(terminal), cancellation);
        folder.Save(model, settings, result.History);
        // Who interrupts wants to go: a tenth of the sequences tells enough.
        var sequences = result.Outcome == TrainingOutcome.Cancelled ? 100 : 1_000;
        var heldOut = Evaluator.Evaluate(model.Sequences, task, sequences, cancellationToken: CancellationToken.None);

        terminal.Line($"{Verb(result.Outcome)} after {result.SequencesSeen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(result.Seconds))}.");
        terminal.Line($"On {heldOut.Sequences:N0} held-out sequences: cost {TrainingReporter.Cost(heldOut)} bits, {TrainingReporter.Number(heldOut.WrongBits)} wrong of {heldOut.BitsPerSequence:N0} bits per sequence; {heldOut.PerfectSequences:N0} without an error.");
        terminal.Line();
        terminal.Line($"Wrote {folder.ModelFile}, history.csv, history.json and settings.json.");
        terminal.Line("Next, for cost and errors in and beyond the training range, and for what the paper draws:");
        terminal.Line($"  {Program} evaluate {folder.Path}");
        terminal.Line($"  {Program} draw {folder.Path} --out {Path.Combine(folder.Path, "figures")}");
        terminal.Result(new
        {
            task = settings.Task,
            architecture = SettingsJson.Name(settings.Architecture),
            engine = model.EngineName,
            seed = settings.Seed,
            solved = task.Goal.IsReachedBy(heldOut),
            outcome = result.Outcome.ToString().ToLowerInvariant(),
            sequencesSeen = result.SequencesSeen,
            seconds = result.Seconds,
            costBits = heldOut.CostBits,
            excessCostBits = heldOut.ExcessCostBits,
            wrongBits = heldOut.WrongBits,
            model = folder.ModelFile,
        });
        return ExitCode.Success;
    }

    private static TrainingOptions Options(TrainSettings settings) => new()
    {
        Optimizer = settings.Optimizer,
        LearningRate = settings.Lr,
        Schedule = settings.Schedule,
        FinalRate = settings.FinalRate,
        Alpha = settings.Alpha,
        Momentum = settings.Momentum,
        Beta1 = settings.Beta1,
        Beta2 = settings.Beta2,
        Epsilon = settings.Epsilon,
        GradientClip = settings.GradientClip,
        BatchSize = settings.BatchSize,
        Sequences = settings.Sequences,
        Seed = settings.Seed,
        ReportInterval = settings.ReportInterval,
        EvaluationInterval = settings.EvaluationInterval,
        StopWhenSolved = settings.Until == Until.Solved,
    };

    private static string Verb(TrainingOutcome outcome) => outcome switch
    {
        TrainingOutcome.Solved => "Solved",
        TrainingOutcome.Cancelled => "Interrupted",
        _ => "Trained to the end",
    };

    /// <summary>The default, and what the presets of the copy task make of it.</summary>
    private static string Defaults(SettingProperty setting)
    {
        var builtIn = SettingsJson.Default(setting.Key);
        var fast = SettingsResolver.PresetOf("copy", "ntm-lstm", "fast")[setting.Key]?.ToString() ?? builtIn;
        var paper = SettingsResolver.PresetOf("copy", "ntm-lstm", "paper")[setting.Key]?.ToString() ?? builtIn;
        return fast is null ? "" : fast == paper ? $" [default: {fast}]" : $" [default: {fast}; paper: {paper}]";
    }
}
