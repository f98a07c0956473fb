using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ntm.Training;

namespace Ntm.Paper.Settings;

/// <summary>
/// A setting as the user knows it: a name, a description, values. It stands for a property of <see cref="TrainSettings"/>, or for one of several
/// options classes of the library, of which one is chosen.
/// </summary>
internal sealed class SettingProperty
{
    /// <summary>The word for <see langword="null"/> on the command line.</summary>
    private const string None = "none";

    private SettingProperty(string key, IReadOnlyList<SettingMember> members)
    {
        (Key, Members) = (key, members);
        MayChange = Own.GetCustomAttribute<MayChangeAttribute>() is not null;
        Section = members[0].Group?.Section ?? Own.GetCustomAttribute<CategoryAttribute>()!.Category;
        ValueType = Nullable.GetUnderlyingType(Own.PropertyType) ?? Own.PropertyType;
        // Its own value is none already for a setting that nothing has by default.
        IsNullable = Nullable.GetUnderlyingType(Own.PropertyType) is not null && ValueType.IsPrimitive && Key != "heads";
    }

    public static IReadOnlyList<SettingProperty> All { get; } =
    [
        .. typeof(TrainSettings).GetProperties().Where(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .Select(property => new SettingMember(property, null))
            .SelectMany(own => (SettingMember[])[own, .. OptionGroup.All.Where(g => g.After == own.Key).SelectMany(g => g.Properties.Select(p => new SettingMember(p, g)))])
            .GroupBy(member => member.Key).Select(members => new SettingProperty(members.Key, [.. members])),
    ];

    /// <summary>The key in a settings file, such as <c>batch-size</c>.</summary>
    public string Key { get; }

    /// <summary>The option, such as <c>--batch-size</c>.</summary>
    public string Option => $"--{Key}";

    /// <summary>The properties that it stands for.</summary>
    public IReadOnlyList<SettingMember> Members { get; }

    /// <summary>The type of its values.</summary>
    public Type ValueType { get; }

    /// <summary>Whether it may change when a training resumes.</summary>
    public bool MayChange { get; }

    /// <summary>The section, one of <see cref="SettingSection.All"/>.</summary>
    public string Section { get; }

    private PropertyInfo Own => Members[0].Property;

    /// <summary>Whether it can be without a value.</summary>
    private bool IsNullable { get; }

    /// <summary>The setting that decides whether this one applies; <see langword="null"/> if it always does.</summary>
    public string? Choice => Members[0].Choice;

    /// <summary>The values of <see cref="Choice"/> with which it applies.</summary>
    public IReadOnlyList<string> Names => [.. Members.SelectMany(m => m.Names)];

    /// <summary>Whether it applies where <paramref name="choice"/> has that value.</summary>
    public bool AppliesTo(string choice, string value) => Choice != choice || Names.Contains(value);

    /// <summary>Whether it applies to these settings.</summary>
    public bool AppliesTo(TrainSettings settings) => MemberIn(settings) is not null;

    /// <summary>The property that it stands for in these settings; <see langword="null"/> if it does not apply.</summary>
    public SettingMember? MemberIn(TrainSettings settings) => Members.FirstOrDefault(m => m.OwnerIn(settings) is not null);

    /// <summary>Its value in these settings; <see langword="null"/> also if it does not apply.</summary>
    public object? ValueIn(TrainSettings settings) => MemberIn(settings) is { } member ? member.Property.GetValue(member.OwnerIn(settings)) : null;

    /// <summary>The description, with the choices that it applies to.</summary>
    public string Description
    {
        get
        {
            var texts = Members.GroupBy(m => m.Description).Select(same => (Text: same.Key, Names: same.SelectMany(m => m.Names).ToList())).ToList();
            // The names of the ways to clip say nothing alone.
            var choice = Choice == OptionGroup.Clipping ? "clipping " : "";
            return IsForAll && texts.Count == 1 ? texts[0].Text : string.Join(" ", texts.Select(t => $"{choice}{string.Join(", ", t.Names)}: {t.Text}"));
        }
    }

    private bool IsForAll => Choice is null || OptionGroup.All.Where(g => g.Choice == Choice).SelectMany(g => g.Names).All(Names.Contains);

    /// <summary>The placeholder of the value in the help: the choices of an enum, or its type.</summary>
    public string HelpName => Choices is { } choices ? string.Join('|', choices)
        : Own.GetCustomAttribute<ValueNameAttribute>() is { } value ? value.Name
        : (ValueType == typeof(double) ? "number" : ValueType == typeof(string) ? "text" : "count") + (IsNullable ? $"|{None}" : "");

    private IReadOnlyList<string>? Choices => ValueType == typeof(OptimizerOptions) ? OptimizerOptions.Names
        : ValueType == typeof(GradientClipping) ? GradientClipping.Names
        : ValueType == typeof(bool) ? ["true", "false"]
        : ValueType.IsEnum
            ? [.. ValueType.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(member => member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? SettingsJson.Naming.ConvertName(member.Name))]
        : null;

    /// <summary>A value of the command line as JSON.</summary>
    /// <exception cref="UsageException">The text is not a value of the setting.</exception>
    public JsonNode? Parse(string text)
    {
        if (IsNullable && text == None)
            return null;
        if (ValueType == typeof(string) && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0') && Own.GetCustomAttribute<RegularExpressionAttribute>()?.IsValid(text) != false)
            return JsonValue.Create(text);
        if (Choices?.Contains(text) == true)
            return ValueType == typeof(bool) ? JsonValue.Create(text == "true") : JsonValue.Create(text);
        if (ValueType == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return JsonValue.Create(number);
        if (ValueType == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small))
            return JsonValue.Create(small);
        if (ValueType == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large))
            return JsonValue.Create(large);
        throw new UsageException($"{Option} is '{text.Replace("\0", "\\0", StringComparison.Ordinal)}'; it must be {Expected}.");
    }

    /// <summary>A value as it is written on the command line.</summary>
    public static string Text(JsonNode? value) => value?.ToString() ?? None;

    /// <summary>Describes valid values.</summary>
    public string Expected => (Choices is { } choices ? $"one of {string.Join(", ", choices)}"
        : ValueType == typeof(double) ? "a number"
        : Own.GetCustomAttribute<RegularExpressionAttribute>() is not null ? $"one of {HelpName.Replace("|", ", ", StringComparison.Ordinal)}"
        : ValueType == typeof(string) ? "text"
        : "a whole number") + (IsNullable ? $", or {None}" : "");

    /// <summary>The built-in default as text: one for all, or that of each choice; <see langword="null"/> if there is none.</summary>
    public string? Default()
    {
        var defaults = Members.Select(m => (m.Names, Value: DefaultOf(m))).GroupBy(d => d.Value).ToList();
        if (defaults.Count == 1)
            return defaults[0].Key;
        return string.Join("; ", defaults.Where(d => d.Key is not null).Select(d => $"{string.Join(", ", d.SelectMany(m => m.Names))}: {d.Key}"));
    }

    private static string? DefaultOf(SettingMember member)
    {
        var owner = member.Group?.Create() ?? new TrainSettings { Task = "" };
        return SettingsJson.Node(member.Property.GetValue(owner), member.Property.PropertyType)?.ToString();
    }
}
