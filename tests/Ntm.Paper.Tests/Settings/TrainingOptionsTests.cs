using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Tests.Settings;

public class TrainingOptionsTests
{
    public static TheoryData<string> OptimizerSettings => new(
        typeof(TrainSettings).GetProperties().Where(p => p.GetCustomAttribute<CategoryAttribute>()?.Category == SettingSection.Optimizer).Select(p => p.Name));

    /// <summary>A setting that is accepted and never passed on would do nothing, and say nothing.</summary>
    [Theory]
    [MemberData(nameof(OptimizerSettings))]
    public void Every_setting_of_the_optimizer_reaches_the_trainer(string name)
    {
        var property = typeof(TrainSettings).GetProperty(name)!;
        var settings = new TrainSettings { Task = "copy" };
        var before = Written(settings);
        property.SetValue(settings, Another(property.GetValue(settings), Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        Assert.NotEqual(before, Written(settings));
    }

    private static object Another(object? value, Type type) => type.IsEnum
        ? Enum.GetValues(type).Cast<object>().First(v => !v.Equals(value))
        : Convert.ChangeType(value is null ? 3 : Convert.ToDouble(value, null) / 2 + 1, type, null);

    private static string Written(TrainSettings settings)
    {
        var options = TrainerOptions.Of(settings, new RunFolder("run"));
        return JsonSerializer.Serialize(typeof(TrainingOptions).GetProperties().Where(p => p.Name is not (nameof(TrainingOptions.Checkpoints) or nameof(TrainingOptions.Scheduler)))
            .ToDictionary(p => p.Name, p => p.GetValue(options)));
    }
}
