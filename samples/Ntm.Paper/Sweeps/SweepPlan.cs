using System.Text.Json.Nodes;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Sweeps;

/// <summary>All that a sweep may train, in an order that its definition alone decides. Everything is checked before anything is trained.</summary>
internal sealed class SweepPlan
{
    /// <summary>The most trainings.</summary>
    private const int Most = 100_000;

    private readonly SweepDefinition _definition;
    private readonly SuccessiveHalving? _halving;

    /// <param name="definition">The sweep.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="UsageException">A combination is not valid, or there are too many.</exception>
    public SweepPlan(SweepDefinition definition, string source)
    {
        _definition = definition;
        var space = new OptionSpace<JsonObject>();
        foreach (var axis in definition.Vary)
            axis.AddTo(space);
        Combinations = [.. Choices(space, definition, source).Select((choice, number) => Combine(choice, number, source))];
        if ((long)Combinations.Count * definition.Seeds.Count > Most)
            throw new UsageException(FormattableString.Invariant($"{source}: {Combinations.Count} combinations with {definition.Seeds.Count} seeds each are too many trainings; expected at most {Most}."));
        if (definition.Halving is not { } halving)
            return;
        if (Combinations.Select(c => c.Settings.Sequences).Distinct().Count() > 1)
            throw new UsageException($"{source}: the presets of the combinations train on different numbers of sequences, of which halving needs one; expected --sequences, or 'sequences' in the settings.");
        var all = Combinations[0].Settings.Sequences;
        if (halving.FirstSequences > all)
            throw new UsageException(FormattableString.Invariant($"{source}: the first rung has {halving.FirstSequences} sequences, and a training {all}; expected at most as many."));
        _halving = new SuccessiveHalving(halving.FirstSequences, all, halving.Factor);
    }

    public string Task => _definition.Task;

    /// <summary>The settings that vary, by their keys.</summary>
    public IReadOnlyList<string> Varied => [.. _definition.Vary.Select(axis => axis.Setting.Key)];

    /// <summary>The combinations of values.</summary>
    public IReadOnlyList<SweepCombination> Combinations { get; }

    /// <summary>The number of rungs; 1 without halving.</summary>
    public int Rungs => _halving?.Budgets.Count ?? 1;

    public bool IsHalving => _halving is not null;

    /// <summary>How many combinations a rung has, at most.</summary>
    public int CombinationsIn(int rung) => _halving?.Candidates(Combinations.Count, rung) ?? Combinations.Count;

    /// <summary>The trainings of some combinations in a rung, in their order.</summary>
    /// <param name="rung">The rung, from 0.</param>
    /// <param name="combinations">The combinations' numbers.</param>
    public IReadOnlyList<SweepTraining> Trainings(int rung, IEnumerable<int> combinations) =>
        [.. combinations.SelectMany(_ => _definition.Seeds.Select((seed, place) => (seed, place)), (number, seed) => TrainingOf(rung, Combinations[number], seed.seed, seed.place))];

    private SweepTraining TrainingOf(int rung, SweepCombination combination, int seed, int place)
    {
        var settings = combination.Settings.Clone();
        settings.Seed = seed;
        if (_halving is not null)
            settings.Sequences = _halving.Budgets[rung];
        var digits = FormattableString.Invariant($"{(Combinations.Count * _definition.Seeds.Count) - 1}").Length;
        var number = (combination.Number * _definition.Seeds.Count) + place;
        var name = FormattableString.Invariant($"{number.ToString($"D{digits}", null)}_{string.Concat(combination.Values.Select(v => $"{v.Key}={SweepNames.Word(v.Value)}_"))}seed={seed}");
        return new SweepTraining(number, SweepNames.Folder(rung, IsHalving, name), rung, combination, settings);
    }

    private SweepCombination Combine(OptionChoice<JsonObject> choice, int number, string source)
    {
        var given = _definition.Settings.DeepClone().AsObject();
        choice.Apply(given);
        KeyValuePair<string, string>[] values = [.. choice.Values.Select(v => KeyValuePair.Create(v.Key, FormattableString.Invariant($"{v.Value}")))];
        try
        {
            var settings = SettingsResolver.Resolve(_definition.Task, null, given);
            _ = Torch.DeviceOf(settings);
            if (settings.Generations > 0 || settings.SettleSequences > 0)
                _ = BranchGoals.Of(settings);
            return new SweepCombination(number, values, settings);
        }
        catch (UsageException e)
        {
            throw new UsageException(values.Length == 0 ? e.Message : $"{source}: with {string.Join(", ", values.Select(v => $"{v.Key}={v.Value}"))}: {e.Message}", e);
        }
    }

    private static IReadOnlyList<OptionChoice<JsonObject>> Choices(OptionSpace<JsonObject> space, SweepDefinition definition, string source)
    {
        try
        {
            return definition.Random is { } random ? space.Random(random.Count, random.Seed) : space.Grid();
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException($"{source}: {e.Message}", e);
        }
    }
}

/// <summary>One combination of values.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Values">The varied settings and their values, as on the command line.</param>
/// <param name="Settings">All settings; those of a seed and a rung follow.</param>
internal sealed record SweepCombination(int Number, IReadOnlyList<KeyValuePair<string, string>> Values, TrainSettings Settings);

/// <summary>One training of a sweep.</summary>
/// <param name="Number">Its number in its rung, from 0, which decides whose share it is.</param>
/// <param name="Name">Its folder below the sweep's.</param>
/// <param name="Rung">The rung, from 0.</param>
/// <param name="Combination">Its combination.</param>
/// <param name="Settings">Its settings.</param>
internal sealed record SweepTraining(int Number, string Name, int Rung, SweepCombination Combination, TrainSettings Settings);
