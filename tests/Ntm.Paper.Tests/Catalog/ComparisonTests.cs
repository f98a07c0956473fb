using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Catalog;

public class ComparisonTests
{
    public static TheoryData<string> Tasks => new(TaskCatalog.All.Select(t => t.Name));

    [Theory]
    [MemberData(nameof(Tasks))]
    public void What_is_compared_is_measured(string name)
    {
        var task = TaskCatalog.Find(name);
        var conditions = task.Conditions(SettingsResolver.Resolve(name, null, new JsonObject()), new EvaluationRequest()).Select(c => c.Name).ToList();
        Assert.NotEmpty(task.Comparisons);
        Assert.All(task.Comparisons, comparison => Assert.Contains(comparison.Condition, conditions));
        Assert.Contains(task.Comparisons, comparison => comparison.Condition == conditions[0] && comparison.Goal is not null);
    }
}
