using System.CommandLine;
using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Sweeps;

/// <summary><c>sweep FILE</c> or <c>sweep TASK --vary …</c>: a training for each combination of settings and each seed.</summary>
internal static class SweepCommand
{
    private static readonly string[] OfEachTraining = ["task", "seed", "out", "threads"];

    public static Command Create()
    {
        var what = new Argument<string?>("sweep")
        {
            Description = $"A JSON file that describes the sweep, or a task ({string.Join(", ", TaskCatalog.All.Select(t => t.Name))}) with the options below. With --data your own sequences.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var vary = new Option<string[]>("--vary")
        {
            Description = "A setting and its values: lr=1e-4,3e-4. Several of them have every combination. With --random also a range to draw from, lr=1e-5..1e-3: logarithmic for lr and what ends in -rate, linear for others, or as stated: dropout=linear:0..0.5, controller-size=log:20..200.",
            HelpName = "name=values",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        var seeds = new Option<string>("--seeds") { Description = "The seeds of each combination, such as 1-10 or 1,4,7.", HelpName = "seeds", DefaultValueFactory = _ => SweepDefinition.DefaultSeeds };
        var random = CommonOptions.AtLeast(new Option<int>("--random") { Description = "Draw so many combinations at random, all different, in place of all.", HelpName = "count" }, 1, OptionSpace<JsonObject>.MaxChoices);
        var sweepSeed = CommonOptions.AtLeast(new Option<int>("--sweep-seed") { Description = "Seed of the random choice.", HelpName = "count", DefaultValueFactory = _ => RandomChoice.DefaultSeed }, 0);
        var halving = CommonOptions.AtLeast(new Option<int>("--halving")
        {
            Description = "Successive halving: all combinations train on few sequences (--first-sequences), the best one in so many on so many times as many, until the last ones train on all sequences. Each rung trains from the start.",
            HelpName = "factor",
        }, 2, HalvingChoice.MostFactor);
        var first = CommonOptions.AtLeast(new Option<int>("--first-sequences") { Description = "The sequences of the first rung of --halving.", HelpName = "count" }, 1);
        var shard = new Option<string?>("--shard")
        {
            Description = "This program's part of a sweep that several run together on a shared folder: 1/8 to 8/8. It trains its own share first, and then what others have left. By default from SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT, or JOB_COMPLETION_INDEX and JOB_COMPLETIONS.",
            HelpName = "number/count",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "List the trainings and their states; train and write nothing." };
        var folder = new Option<string?>("--out") { Description = "The sweep's folder, with a folder for each training. By default runs/TASK-sweep, or runs/NAME for a file NAME.json.", HelpName = "folder" };
        var json = CommonOptions.Json();
        var command = new Command("sweep", "Train every combination of some settings, or a random choice of them, with several seeds each. May be interrupted or killed; the same command resumes. Several machines may share the work.")
        {
            what, vary, seeds, random, sweepSeed, halving, first, shard, dryRun, folder, json,
        };
        var options = new SettingOptions(command, SettingProperty.All.Where(s => !OfEachTraining.Contains(s.Key)));

        command.SetAction((parse, cancellation) =>
        {
            var given = options.Given(parse);
            foreach (var (option, path) in ((string, string?)[])[(folder.Name, parse.GetValue(folder)), ("The sweep", parse.GetValue(what))])
                if (path is not null && (string.IsNullOrWhiteSpace(path) || path.Contains('\0')))
                    throw new UsageException($"{option} is '{path.Replace("\0", "\\0", StringComparison.Ordinal)}'; expected a name.");
            var part = PartOf(parse.GetValue(shard));
            var name = parse.GetValue(what) ?? (given.ContainsKey(DataEntry.TaskName) ? DataEntry.TaskName : null)
                ?? throw new UsageException($"'sweep' was given neither a file nor a task; expected a JSON file, or one of {string.Join(", ", TaskCatalog.All.Select(t => t.Name))}, or --data.");
            var (definition, source) = TaskCatalog.FindOrNull(name) is null ? (OfFile(name), name) : (OfOptions(name), "sweep");
            var path0 = parse.GetValue(folder) ?? Path.Combine("runs", source == name ? Path.GetFileNameWithoutExtension(name) : $"{name}-sweep");
            var plan = new SweepPlan(definition, source);
            var sweep = new SweepFolder(path0);
            sweep.ThrowIfOfAnother(definition);
            var terminal = new Terminal(parse.GetValue(json));
            return parse.GetValue(dryRun)
                ? Task.FromResult(DryRun.Tell(plan, sweep, part, terminal))
                : Task.Run(() => new SweepSession(definition, plan, sweep, part, terminal).RunAsync(cancellation), CancellationToken.None);

            SweepDefinition OfFile(string path)
            {
                if (!File.Exists(path))
                    throw new UsageException($"'{path}' is neither a file nor a task; expected a JSON file that describes a sweep, or one of {string.Join(", ", TaskCatalog.All.Select(t => t.Name))}.");
                Option[] others = [vary, seeds, random, sweepSeed, halving, first, .. options.All];
                if (others.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } other)
                    throw new UsageException($"{other.Name} was given beside the file {path}, which describes the whole sweep; expected it there.");
                return SweepDefinition.Read(path);
            }

            SweepDefinition OfOptions(string task)
            {
                var draws = Given(random) ? new RandomChoice(parse.GetValue(random), parse.GetValue(sweepSeed)) : null;
                if (draws is null && Given(sweepSeed))
                    throw new UsageException("--sweep-seed was given without --random; expected both, or neither.");
                if (Given(halving) != Given(first))
                    throw new UsageException($"{(Given(halving) ? halving.Name : first.Name)} was given without {(Given(halving) ? first.Name : halving.Name)}; expected both, or neither.");
                var rungs = Given(halving) ? new HalvingChoice(parse.GetValue(halving), parse.GetValue(first)) : null;
                var axes = (parse.GetValue(vary) ?? []).Select(SweepAxis.OfOption);
                return new SweepDefinition(task, given, [.. axes], draws, rungs, SeedRange.Parse(parse.GetValue(seeds)!)).Checked("sweep");
            }

            bool Given(Option option) => parse.GetResult(option) is { Implicit: false };
        });
        return command;
    }

    private static Shard PartOf(string? text)
    {
        try
        {
            return (text is null ? Shard.FromEnvironment() : Shard.Parse(text)) ?? Shard.Whole;
        }
        catch (FormatException e)
        {
            throw new UsageException(text is null ? $"{e.Message} Or --shard with number and count, such as --shard 1/8." : $"--shard: {e.Message}", e);
        }
    }
}
