using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ntm.Paper.Settings;

/// <summary>One property of <see cref="TrainSettings"/> as the user knows it: a name, a description, values.</summary>
internal sealed record SettingProperty(PropertyInfo Property)
{
    public static IReadOnlyList<SettingProperty> All { get; } =
        [.. typeof(TrainSettings).GetProperties().Select(property => new SettingProperty(property))];

    private Type ValueType => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>The key in a settings file, such as <c>batch-size</c>.</summary>
    public string Key { get; } = SettingsJson.Naming.ConvertName(Property.Name);

    /// <summary>The option, such as <c>--batch-size</c>.</summary>
    public string Option => $"--{Key}";

    /// <summary>The tasks that the setting is for; empty for all.</summary>
    public IReadOnlyList<string> Tasks { get; } = Property.GetCustomAttribute<AppliesToAttribute>()?.Tasks ?? [];

    /// <summary>The names of the architectures that the setting is for; empty for all.</summary>
    public IReadOnlyList<string> Models { get; } =
        [.. (Property.GetCustomAttribute<AppliesToModelsAttribute>()?.Architectures ?? []).Select(SettingsJson.Name)];

    /// <summary>Whether it may change when a training goes on.</summary>
    public bool MayChange { get; } = Property.GetCustomAttribute<MayChangeAttribute>() is not null;

    /// <summary>What it is about, one of <see cref="SettingSection.All"/>.</summary>
    public string Section { get; } = Property.GetCustomAttribute<CategoryAttribute>()!.Category;

    public bool AppliesTo(string task) => Tasks.Count == 0 || Tasks.Contains(task);

    public bool AppliesTo(Architecture architecture) => Models.Count == 0 || Models.Contains(SettingsJson.Name(architecture));

    public string Description => Restriction.Count == 0 ? Text : $"{string.Join(", ", Restriction)}: {Text}";

    private IReadOnlyList<string> Restriction => [.. Tasks, .. Models];

    private string Text => Property.GetCustomAttribute<DescriptionAttribute>()!.Description;

    /// <summary>What stands for the value in the help: the choices of an enum, or its type.</summary>
    public string HelpName => ValueType.IsEnum ? string.Join('|', Choices)
        : ValueType == typeof(double) ? "number"
        : ValueType == typeof(string) ? "text"
        : "count";

    private IEnumerable<string> Choices => ValueType.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(member => member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? SettingsJson.Naming.ConvertName(member.Name));

    /// <summary>A value of the command line as JSON.</summary>
    /// <exception cref="UsageException">The text is not a value of the setting.</exception>
    public JsonNode Parse(string text)
    {
        if (ValueType == typeof(string) && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0'))
            return JsonValue.Create(text);
        if (ValueType.IsEnum && Choices.Contains(text))
            return JsonValue.Create(text);
        if (ValueType == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return JsonValue.Create(number);
        if (ValueType == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small))
            return JsonValue.Create(small);
        if (ValueType == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large))
            return JsonValue.Create(large);
        throw new UsageException($"{Option} is '{text.Replace("\0", "\\0", StringComparison.Ordinal)}'; it must be {Expected}.");
    }

    /// <summary>What a value looks like, in words.</summary>
    public string Expected => ValueType.IsEnum ? $"one of {string.Join(", ", Choices)}"
        : ValueType == typeof(double) ? "a number"
        : ValueType == typeof(string) ? "text"
        : "a whole number";
}
