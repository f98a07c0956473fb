using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Ntm.Paper.Settings;

/// <summary>A property that a setting stands for: of <see cref="TrainSettings"/>, or of the options of a <see cref="OptionGroup"/>.</summary>
/// <param name="Property">The property.</param>
/// <param name="Group">The options that have it; <see langword="null"/> for one of the settings themselves.</param>
internal sealed record SettingMember(PropertyInfo Property, OptionGroup? Group)
{
    /// <summary>Names of the command line that are not those of the properties.</summary>
    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["learning-rate"] = "lr",
        ["clip-value"] = "gradient-clip",
        ["hidden-size"] = "controller-size",
        ["layers"] = "controller-layers",
    };

    /// <summary>The setting that decides whether this applies; <see langword="null"/> if it always does.</summary>
    public string? Choice => Group?.Choice ?? (Architectures is null ? null : OptionGroup.Architecture);

    /// <summary>The values of <see cref="Choice"/> with which it applies.</summary>
    public IReadOnlyList<string> Names => Group?.Names ?? [.. (Architectures ?? []).Select(SettingsJson.Name)];

    /// <summary>The key in a settings file.</summary>
    public string Key
    {
        get
        {
            var name = SettingsJson.Naming.ConvertName(Property.Name);
            return Group is null ? name : OtherNames.GetValueOrDefault(name, name);
        }
    }

    public string Description => Property.GetCustomAttribute<DescriptionAttribute>()!.Description;

    public RangeAttribute? Range => Property.GetCustomAttribute<RangeAttribute>();

    private IReadOnlyList<Architecture>? Architectures => Property.GetCustomAttribute<AppliesToModelsAttribute>()?.Architectures;

    /// <summary>The object that has the property; <see langword="null"/> if it is not the chosen one.</summary>
    public object? OwnerIn(TrainSettings settings) => Group is null
        ? Architectures?.Contains(settings.Architecture) == false ? null : settings
        : settings.OptionsOf(Group.Choice) is { } options && options.GetType() == Group.Type ? options : null;
}

/// <summary>The architectures that a setting is for; a setting without it is for all.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AppliesToModelsAttribute(params Architecture[] architectures) : Attribute
{
    public IReadOnlyList<Architecture> Architectures { get; } = architectures;
}

/// <summary>The placeholder of a setting's text in the help, such as <c>file</c>, or its words with a bar between them.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValueNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A setting that may change when an interrupted training resumes; all others decide what it learns.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MayChangeAttribute : Attribute;

/// <summary>Topics of settings: the sections of the help.</summary>
internal static class SettingSection
{
    public const string Run = "Run";
    public const string Model = "Model";
    public const string Data = "Data";
    public const string Optimizer = "Optimizer";
    public const string Branches = "Branches";
    public const string Output = "Output";

    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<string> All { get; } = [Run, Model, Data, Optimizer, Branches, Output];
}
