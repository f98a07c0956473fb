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

    [Theory]
    [InlineData(0, true, 0, true)]
    [InlineData(0, true, 0.001, false)]
    [InlineData(1, false, 0.999, true)]
    [InlineData(1, false, 1, false)]
    [InlineData(1, false, double.NaN, false)]
    public void A_limit_is_kept_or_not(double value, bool inclusive, double number, bool kept) =>
        Assert.Equal(kept, new Limit(value, inclusive).IsKeptBy(number));

    [Fact]
    public void Limits_in_words() => Assert.Equal(["0", "below 0.5", "at most 2"], [$"{Limit.Zero}", $"{Limit.Below(0.5)}", $"{new Limit(2, Inclusive: true)}"]);
}
