using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Core.Serialization;
using Ntm.Paper.Drawing;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Spectre.Console;

namespace Ntm.Paper.Seeds;

/// <summary>
/// One training for each of several seeds, as many at once as there are cores, each in a process and a folder of its own; then how they
/// spread, and one figure with all their curves.
/// </summary>
internal sealed class SeedSweep(TrainSettings settings, string folder, string seeds, bool tensorBoard, Terminal terminal)
{
    private const string FileName = "seeds.json";

    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where the seeds of a folder are noted, so that <c>--resume</c> goes on with them.</summary>
    public static string FileOf(string folder) => Path.Combine(folder, FileName);

    /// <summary>The seeds of a folder, as a user writes them.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static string ReadSeeds(string folder)
    {
        var source = $"--resume {FileOf(folder)}";
        if (SettingsJson.ReadFile(FileOf(folder), "--resume")["seeds"] is not { } value || value.GetValueKind() != JsonValueKind.String)
            throw new UsageException($"{source}: found no 'seeds'; expected a text such as 1-10.");
        var text = value.GetValue<string>();
        SeedRange.Parse(text, $"{source}: 'seeds'");
        return text;
    }

    /// <param name="given">The options that the user gave, for trainings that go on.</param>
    /// <param name="resume">Whether to go on with what is in the folder.</param>
    /// <param name="overwrite">Whether interrupted trainings may be replaced.</param>
    /// <param name="cancellation">Asks all trainings to save and end.</param>
    public async Task<int> RunAsync(JsonObject given, bool resume, bool overwrite, CancellationToken cancellation)
    {
        var all = SeedRange.Parse(seeds);
        _ = Torch.DeviceOf(settings);
        new RunFolder(folder).Prepare(settings);
        AtomicFile.Write(FileOf(folder), s => s.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { seeds }, Camel))));
        terminal.Line($"Training {settings.Task} with {all.Count} seeds, {TrainingQueue.AtOnce(all.Count)} at once. Ctrl-C stops and saves.");
        var results = new List<TrainingSummary>();
        var finished = await TrainingQueue.RunAsync(all, Start, Ended, cancellation);

        if (finished)
            Conclude([.. results.OrderBy(r => r.Seed)]);
        else
            terminal.Line($"Interrupted. To go on: train --resume {folder}");
        return ExitCode.Success;

        (RunFolder Folder, IEnumerable<string> Arguments) Start(int seed) => (FolderOf(seed), Arguments(seed, FolderOf(seed), given, resume, overwrite));

        void Ended(int seed, TrainingSummary result)
        {
            results.Add(result);
            terminal.Line(FormattableString.Invariant(
                $"Seed {seed}: {result.Outcome} after {result.SequencesSeen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(result.Seconds))}; cost {Number(result.CostBits)}, wrong {Number(result.WrongBits)}."));
        }
    }

    private RunFolder FolderOf(int seed) => new(Path.Combine(folder, FormattableString.Invariant($"seed-{seed}")));

    private string[] Arguments(int seed, RunFolder run, JsonObject given, bool resume, bool overwrite)
    {
        string[] events = tensorBoard ? ["--tensorboard"] : [];
        if (resume && File.Exists(run.SettingsFile))
            return ["train", "--resume", run.Path, "--json", .. events, .. given.SelectMany(option => (string[])[$"--{option.Key}", $"{option.Value}"])];
        return
        [
            "train", settings.Task, "--config", new RunFolder(folder).SettingsFile, "--seed", FormattableString.Invariant($"{seed}"),
            "--threads", "1", "--out", run.Path, "--json", .. events, .. overwrite ? ["--overwrite"] : Array.Empty<string>(),
        ];
    }

    private void Conclude(IReadOnlyList<TrainingSummary> results)
    {
        var figure = Path.Combine(folder, "learning-curves");
        if (LearningCurveFigure.OfSeeds(settings.Task, [.. results.Select(r => (r.Seed, FolderOf(r.Seed).ReadHistory()))]) is { } curves)
        {
            curves.SavePng($"{figure}.png");
            curves.SaveSvg($"{figure}.svg");
        }

        var cost = results.Any(r => r.CostBits != r.ExcessCostBits) ? "cost above the optimum, bits" : "cost, bits";
        (string Name, Spread Of)[] spreads =
        [
            (cost, Spread.Of(results.Select(r => r.ExcessCostBits ?? double.NaN))),
            ("wrong bits", Spread.Of(results.Select(r => r.WrongBits ?? double.NaN))),
            ("sequences", Spread.Of(results.Select(r => (double)r.SequencesSeen))),
            ("seconds", Spread.Of(results.Select(r => r.Seconds))),
        ];
        var table = new Table().Border(TableBorder.Simple).AddColumn($"{results.Count} seeds");
        foreach (var column in (string[])["best", "median", "worst"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (name, spread) in spreads)
            table.AddRow(name, Number(spread.Best), Number(spread.Median), Number(spread.Worst));
        terminal.Table(table);
        terminal.Line($"{results.Count(r => r.Solved)} of {results.Count} solved. Curves: {figure}.png and .svg");
        terminal.Result(new
        {
            task = settings.Task,
            architecture = SettingsJson.Name(settings.Architecture),
            solved = results.Count(r => r.Solved),
            costBits = spreads[0].Of,
            wrongBits = spreads[1].Of,
            sequencesSeen = spreads[2].Of,
            seconds = spreads[3].Of,
            seeds = results,
        });
    }

    private static string Number(double? value) => value switch
    {
        null => "unknown",
        >= 1000 => FormattableString.Invariant($"{value:N0}"),
        { } number => TrainingReporter.Number(number),
    };
}
