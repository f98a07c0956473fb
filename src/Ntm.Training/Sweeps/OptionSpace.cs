using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>
/// The options that a sweep varies, and the values that each may have: a grid has every combination, a random choice some of them. Works with options of any
/// type, by a delegate for each that sets a value.
/// </summary>
/// <typeparam name="TOptions">The options.</typeparam>
public sealed class OptionSpace<TOptions>
    where TOptions : class
{
    /// <summary>The most combinations of a grid or a random choice.</summary>
    public const int MaxChoices = 100_000;

    /// <summary>Combinations that were drawn already are drawn again, as often as this for each that is requested.</summary>
    private const int Redraws = 200;

    private readonly List<OptionAxis<TOptions>> _axes = [];

    /// <summary>The names of the options, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _axes.Select(axis => axis.Name)];

    /// <summary>Adds an option with a list of values.</summary>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="set">Sets it to a value.</param>
    /// <param name="values">The values, all different; at least one.</param>
    /// <returns>This space.</returns>
    /// <exception cref="ArgumentException">The name is empty or was added already, there is no value, or one is there twice.</exception>
    public OptionSpace<TOptions> Add<TValue>(string name, Action<TOptions, TValue> set, params IReadOnlyList<TValue> values)
    {
        Check(name, set);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException($"'{name}' has no values; expected at least one.", nameof(values));
        if (values.GroupBy(value => value).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException(FormattableString.Invariant($"'{name}' has the value {twice.Key} {twice.Count()} times; expected different values."), nameof(values));
        _axes.Add(new OptionAxis<TOptions>(name, [.. values.Cast<object?>()], null, (options, value) => set(options, (TValue)value!)));
        return this;
    }

    /// <summary>Adds an option whose numbers are drawn from a range; there is no grid then.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="set">Sets it to a number.</param>
    /// <param name="range">The range.</param>
    /// <returns>This space.</returns>
    /// <exception cref="ArgumentException">The name is empty or was added already.</exception>
    public OptionSpace<TOptions> AddRange(string name, Action<TOptions, double> set, ValueRange range)
    {
        Check(name, set);
        ArgumentNullException.ThrowIfNull(range);
        _axes.Add(new OptionAxis<TOptions>(name, null, (ref TaskRandom random) => range.Draw(ref random), (options, value) => set(options, (double)value!)));
        return this;
    }

    /// <summary>Adds an option whose whole numbers are drawn from a range, its ends included; there is no grid then.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="set">Sets it to a number.</param>
    /// <param name="range">The range.</param>
    /// <returns>This space.</returns>
    /// <exception cref="ArgumentException">The name is empty or was added already, or the range has fewer than two whole numbers.</exception>
    public OptionSpace<TOptions> AddWholeRange(string name, Action<TOptions, long> set, ValueRange range)
    {
        Check(name, set);
        ArgumentNullException.ThrowIfNull(range);
        range.CheckWhole();
        _axes.Add(new OptionAxis<TOptions>(name, null, (ref TaskRandom random) => range.DrawWhole(ref random), (options, value) => set(options, (long)value!)));
        return this;
    }

    /// <summary>Every combination of the values, the last option first to change. Without options it is one empty combination.</summary>
    /// <exception cref="InvalidOperationException">An option has a range, or there are more than <see cref="MaxChoices"/> combinations.</exception>
    public IReadOnlyList<OptionChoice<TOptions>> Grid()
    {
        if (_axes.Find(axis => axis.Values is null) is { } drawn)
            throw new InvalidOperationException($"'{drawn.Name}' has a range; expected a list of values for a grid, or a random choice.");
        var count = Combinations();
        if (count > MaxChoices)
            throw new InvalidOperationException(FormattableString.Invariant($"The grid has {count} combinations; expected at most {MaxChoices}."));
        IEnumerable<object?[]> all = [[]];
        foreach (var axis in _axes)
            all = [.. all.SelectMany(_ => axis.Values!, (before, value) => (object?[])[.. before, value])];
        return [.. all.Select(values => new OptionChoice<TOptions>(_axes, values))];
    }

    /// <summary>Combinations drawn at random, all different. The first ones of a seed are the same for every count.</summary>
    /// <param name="count">The number of combinations; 1 to <see cref="MaxChoices"/>.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The space has no options, or fewer different combinations.</exception>
    public IReadOnlyList<OptionChoice<TOptions>> Random(int count, int seed)
    {
        if (count is < 1 or > MaxChoices)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"expected 1 to {MaxChoices} combinations.");
        if (_axes.Count == 0)
            throw new InvalidOperationException("The space has no options; expected at least one to choose values of.");
        if (_axes.TrueForAll(axis => axis.Values is not null) && count > Combinations())
            throw new InvalidOperationException(FormattableString.Invariant($"{count} combinations were requested of {Combinations()}; expected at most as many as there are."));
        var (choices, seen) = (new List<OptionChoice<TOptions>>(), new HashSet<string>());
        for (var draw = 0L; choices.Count < count; draw++)
        {
            if (draw >= (long)Redraws * count)
                throw new InvalidOperationException(FormattableString.Invariant($"{count} combinations were requested, and {draw} draws gave {choices.Count} different ones; expected a larger space."));
            var random = new TaskRandom((ulong)seed, draw);
            var choice = new OptionChoice<TOptions>(_axes, [.. _axes.Select(axis => axis.Draw(ref random))]);
            if (seen.Add(choice.ToString()))
                choices.Add(choice);
        }

        return choices;
    }

    private double Combinations() => _axes.Aggregate(1.0, (product, axis) => product * axis.Values!.Count);

    private void Check(string name, Delegate set)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(set);
        if (_axes.Exists(axis => axis.Name == name))
            throw new ArgumentException($"'{name}' was added already; expected each option once.", nameof(name));
    }
}
