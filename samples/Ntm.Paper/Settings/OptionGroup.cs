using System.ComponentModel;
using System.Reflection;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Training;

namespace Ntm.Paper.Settings;

/// <summary>
/// An options class of the library, whose properties are settings where it is the chosen one: an optimizer's, a way of clipping's, a model's, a
/// task's. A property without a description is none.
/// </summary>
/// <param name="Choice">The setting that chooses it.</param>
/// <param name="Names">The values of that setting that choose it.</param>
/// <param name="Section">The section of the help that its settings are in.</param>
/// <param name="Create">Makes the options with their defaults.</param>
internal sealed record OptionGroup(string Choice, IReadOnlyList<string> Names, string Section, Func<object> Create)
{
    public const string Optimizer = "optimizer";
    public const string Clipping = "gradient-clipping";
    public const string Architecture = "architecture";
    public const string Task = "task";

    /// <summary>Every class that a choice of the program has.</summary>
    public static IReadOnlyList<OptionGroup> All { get; } =
    [
        .. OptimizerOptions.Names.Select(name => new OptionGroup(Optimizer, [name], SettingSection.Optimizer, () => OptimizerOptions.Create(name))),
        .. GradientClipping.Names.Select(name => new OptionGroup(Clipping, [name], SettingSection.Optimizer, () => GradientClipping.Create(name))),
        new OptionGroup(Architecture, [.. NamesOf(isLstm: false)], SettingSection.Model, () => new NtmOptions()),
        new OptionGroup(Architecture, [.. NamesOf(isLstm: true)], SettingSection.Model, () => new LstmOptions()),
        .. TaskCatalog.WithOwnData.Select(task => new OptionGroup(Task, [task.Name], SettingSection.Data, task.CreateOptions)),
    ];

    /// <summary>The options' class.</summary>
    public Type Type { get; } = Create().GetType();

    /// <summary>The setting after which its own follow. Commands that were published have this order.</summary>
    public string After => Choice switch { Task => "sequences", Architecture => "heads", _ => Choice };

    /// <summary>The properties that are settings.</summary>
    public IEnumerable<PropertyInfo> Properties => Type.GetProperties()
        .Where(p => p.CanWrite && p.GetCustomAttribute<DescriptionAttribute>() is not null)
        // What all optimizers have comes first.
        .OrderBy(p => p.DeclaringType == Type);

    private static IEnumerable<string> NamesOf(bool isLstm) =>
        Architectures.All.Where(a => (a == Settings.Architecture.Lstm) == isLstm).Select(SettingsJson.Name);
}
