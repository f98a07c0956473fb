using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Help;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Sweeps;

/// <summary>A setting that a sweep varies, with its values or the range that they are drawn from.</summary>
internal sealed class SweepAxis
{
    private const string Logarithmic = "log";
    private const string Linear = "linear";

    /// <summary>They belong to each training or to the sweep itself.</summary>
    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["task"] = "a sweep has one task",
        ["seed"] = "'seeds' says which seeds each combination has",
        ["out"] = "each training has a folder below the sweep's",
        ["threads"] = "each training has one thread, and as many run at once as there are cores",
    };

    private SweepAxis(SettingProperty setting, IReadOnlyList<string>? values, ValueRange? range) => (Setting, Values, Range) = (setting, values, range);

    public SettingProperty Setting { get; }

    /// <summary>The values as on the command line; <see langword="null"/> if they are drawn from a range.</summary>
    public IReadOnlyList<string>? Values { get; }

    /// <summary>The range; <see langword="null"/> where there is a list.</summary>
    public ValueRange? Range { get; }

    private bool IsWhole => Setting.ValueType != typeof(double);

    /// <summary>Reads <c>lr=1e-4,3e-4</c>, <c>lr=1e-5..1e-3</c> or <c>dropout=linear:0..0.5</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UsageException">It is not such a text.</exception>
    public static SweepAxis OfOption(string text)
    {
        const string Source = "--vary";
        if (text.Split('=', 2) is not [var name, var words] || name.Length == 0 || words.Length == 0)
            throw new UsageException($"{Source} is '{text}'; it must be a setting and its values, such as lr=1e-4,3e-4 or lr=1e-5..1e-3.");
        var setting = Find(name, Source);
        var (scale, ends) = words.Split(':', 2) is [Logarithmic or Linear, _] parts ? (parts[0], parts[1]) : (null, words);
        if (scale is null && !ends.Contains("..", StringComparison.Ordinal))
            return new SweepAxis(setting, ValuesOf(setting, words.Split(','), Source), null);
        return ends.Split("..") is [var low, var high]
            ? new SweepAxis(setting, null, RangeOf(setting, low, high, scale, $"{Source} {name}"))
            : throw new UsageException($"{Source} is '{text}'; a range must have two ends, such as lr=1e-5..1e-3.");
    }

    /// <summary>Reads the member of a sweep's file: a list of values, or an object with the ends of a range.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">The value.</param>
    /// <param name="source">Where it is, for messages.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    public static SweepAxis OfJson(string name, JsonNode? value, string source)
    {
        var setting = Find(name, source);
        if (value is JsonArray values)
            return new SweepAxis(setting, ValuesOf(setting, values.Select(v => WordOf(setting, v, $"{source}: '{name}'")), source), null);
        var expected = "a list of values, or an object with 'from' and 'to'";
        if (value is not JsonObject range)
            throw new UsageException($"{source}: '{name}' is {SweepJson.Short(value)}; expected {expected}.");
        SweepJson.RefuseUnknown(range, $"{source}: '{name}'", "from", "to", "scale");
        var scale = SweepJson.Text(range, "scale", $"{source}: '{name}'", required: false);
        if (scale is not (null or Logarithmic or Linear))
            throw new UsageException($"{source}: '{name}': 'scale' is '{scale}'; expected {Logarithmic} or {Linear}.");
        return new SweepAxis(setting, null, RangeOf(setting, End("from"), End("to"), scale, $"{source}: '{name}'"));

        string End(string end) => range[end] is { } number && number.GetValueKind() == JsonValueKind.Number
            ? number.ToJsonString()
            : throw new UsageException($"{source}: '{name}': '{end}' is {SweepJson.Short(range[end])}; expected a number.");
    }

    /// <summary>The member of a sweep's file.</summary>
    public JsonNode ToJson() => Range is null
        ? new JsonArray([.. Values!.Select(Setting.Parse)])
        : new JsonObject { ["from"] = Range.Low, ["to"] = Range.High, ["scale"] = Range.IsLogarithmic ? Logarithmic : Linear };

    /// <summary>Adds the setting to a space of settings.</summary>
    public void AddTo(OptionSpace<JsonObject> space)
    {
        if (Values is not null)
            space.Add<string>(Setting.Key, (settings, text) => Set(settings, text), Values);
        else if (IsWhole)
            space.AddWholeRange(Setting.Key, (settings, number) => Set(settings, number.ToString(CultureInfo.InvariantCulture)), Range!);
        else
            space.AddRange(Setting.Key, (settings, number) => Set(settings, number.ToString(CultureInfo.InvariantCulture)), Range!);

        void Set(JsonObject settings, string text) => SettingsJson.Overlay(settings, new JsonObject { [Setting.Key] = Setting.Parse(text) });
    }

    /// <summary>The setting of a name.</summary>
    /// <exception cref="UsageException">There is none, or a sweep cannot vary it.</exception>
    private static SettingProperty Find(string name, string source)
    {
        if (Fixed.TryGetValue(name, out var reason))
            throw new UsageException($"{source}: '{name}' cannot be varied: {reason}.");
        if (SettingProperty.All.FirstOrDefault(s => s.Key == name) is { } setting)
            return setting;
        var known = SettingProperty.All.Select(s => s.Key).Except(Fixed.Keys).ToList();
        throw new UsageException($"{source}: '{name}' is no setting{(Suggestion.For(name.TrimStart('-'), known) is { } meant ? $"; did you mean '{meant}'?" : $"; expected one of {string.Join(", ", known)}.")}");
    }

    private static List<string> ValuesOf(SettingProperty setting, IEnumerable<string> words, string source)
    {
        List<string> values = [];
        foreach (var word in words)
        {
            var value = TextOf(setting, word, source);
            if (values.Contains(value))
                throw new UsageException($"{source}: '{setting.Key}' has the value {value} twice; expected different values.");
            values.Add(value);
        }

        return values.Count > 0 ? values : throw new UsageException($"{source}: '{setting.Key}' has no values; expected at least one.");
    }

    /// <summary>The one way to write a value.</summary>
    private static string TextOf(SettingProperty setting, string word, string source)
    {
        try
        {
            return SettingProperty.Text(setting.Parse(word)) is var text && setting.ValueType == typeof(bool) ? text.ToLowerInvariant() : text;
        }
        catch (UsageException e)
        {
            throw new UsageException($"{source}: {e.Message}", e);
        }
    }

    /// <summary>A value of a file as a word of the command line: of the kind that the setting has.</summary>
    public static string WordOf(SettingProperty setting, JsonNode? value, string source)
    {
        var word = value is null ? SettingProperty.Text(null) : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        JsonNode? parsed;
        try
        {
            parsed = setting.Parse(word);
        }
        catch (UsageException e)
        {
            throw new UsageException($"{source}: {e.Message}", e);
        }

        return Kind(parsed) == Kind(value) ? word : throw new UsageException($"{source} has {SweepJson.Short(value)}; expected {setting.Expected}.");

        static string Kind(JsonNode? node) => node?.GetValueKind() switch
        {
            JsonValueKind.True or JsonValueKind.False => "truth",
            { } kind => $"{kind}",
            null => "null",
        };
    }

    private static ValueRange RangeOf(SettingProperty setting, string low, string high, string? scale, string source)
    {
        if (setting.ValueType != typeof(double) && setting.ValueType != typeof(int) && setting.ValueType != typeof(long))
            throw new UsageException($"{source} has a range, and values of {setting.Key} are not numbers; expected a list of {setting.Expected}.");
        var (from, to) = (Number(low), Number(high));
        // Shares of one another and rates are compared by their ratios.
        var isLogarithmic = scale is null ? IsRate(setting.Key) && from > 0 : scale == Logarithmic;
        try
        {
            var range = isLogarithmic ? ValueRange.LogUniform(from, to) : ValueRange.Uniform(from, to);
            if (setting.ValueType != typeof(double))
                new OptionSpace<JsonObject>().AddWholeRange(setting.Key, (_, _) => { }, range);
            return range;
        }
        catch (ArgumentException e)
        {
            var reason = e is ArgumentOutOfRangeException ? isLogarithmic ? "two ends above 0, the lower one first, for their logarithms count" : "two ends, the lower one first" : "at least two whole numbers between its ends, up to 2147483647";
            throw new UsageException($"{source} has the range {low} to {high}; expected {reason}.", e);
        }

        double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new UsageException($"{source} has '{text}' as an end of its range; expected a number.");
    }

    private static bool IsRate(string key) => key == "lr" || key.EndsWith("-rate", StringComparison.Ordinal);
}
