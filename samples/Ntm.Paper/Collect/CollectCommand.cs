using System.CommandLine;
using Ntm.Paper.Commands;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Collect;

/// <summary><c>collect FOLDER</c>: the table of a sweep, its CSV and its figures.</summary>
internal static class CollectCommand
{
    private const string CsvName = "sweep.csv";

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of a sweep, finished or not: what 'sweep' or 'train --seeds' wrote." };
        var noTimes = new Option<bool>("--no-times") { Description = "Leave the seconds out, which no two runs share: all else is the same for the same sweep, on one machine or on many." };
        var json = CommonOptions.Json();
        var command = new Command("collect", "Read a sweep's folder: how many trainings of each combination solve the task, with their spread; writes sweep.csv and a figure for each varied setting there.")
        {
            folder, noTimes, json,
        };
        command.SetAction(parse =>
        {
            var path = parse.GetValue(folder)!;
            if (string.IsNullOrWhiteSpace(path) || path.Contains('\0'))
                throw new UsageException($"The folder is '{path.Replace("\0", "\\0", StringComparison.Ordinal)}'; expected a sweep's folder.");
            Run(path, !parse.GetValue(noTimes), new Terminal(parse.GetValue(json)));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(string path, bool withTimes, Terminal terminal)
    {
        var sweep = CollectedSweep.Read(path);
        Show(sweep, withTimes, terminal);
        RecordFile.WriteText(Path.Combine(path, CsvName), SweepCsv.Of(sweep, withTimes));
        List<string> written = [CsvName];
        foreach (var key in sweep.Varied)
        {
            if (VariedFigure.Of(sweep, key) is not { } figure)
                continue;
            var file = Path.Combine(path, $"by-{key}");
            figure.SavePng($"{file}.png");
            figure.SaveSvg($"{file}.svg");
            written.Add($"by-{key}.png and .svg");
        }

        terminal.Line($"Wrote {string.Join(", ", written)} in {path}.");
        terminal.Result(sweep.Record(withTimes));
    }

    /// <summary>Shows the tables.</summary>
    public static void Show(CollectedSweep sweep, bool withTimes, Terminal terminal)
    {
        terminal.Table(SweepTable.Of(sweep, withTimes));
        if (SweepTable.Failures(sweep) is { } failures)
            terminal.Table(failures);
        terminal.Line(sweep.Counts());
    }
}
