using Ntm.Paper.Catalog;
using Ntm.Paper.Output;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Tests.Reproduce;

public sealed class PublicationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ntm-published-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_was_published_of_other_tasks_stays_with_what_is_known_of_them_now()
    {
        Publish("quick");
        var other = Assert.Single(Publication.Others(_root, Plan("copy", "repeat-copy", "associative-recall", "priority-sort")));
        Assert.Equal(("ngram", "a summary"), (other.Name, other.Summary));
        Assert.Equal(RecordFile.Text(Finding.Of("ngram")), RecordFile.Text(other.Findings));
        Assert.Equal(["copy", "ngram"], Publication.Others(_root, Plan("priority-sort")).Select(t => t.Name));
        Assert.Empty(Publication.Others(_root, Plan([.. TaskCatalog.All.Select(t => t.Name)])));
        Assert.Empty(Publication.Others(Path.Combine(_root, "nowhere"), Plan("copy")));
    }

    [Fact]
    public void Another_budgets_is_not_mixed_with_it()
    {
        Publish("standard");
        var message = Assert.Throws<UsageException>(() => Publication.Others(_root, Plan("copy"))).Message;
        Assert.Contains("results.json", message, StringComparison.Ordinal);
        Assert.Contains("standard", message, StringComparison.Ordinal);
        Assert.Empty(Publication.Others(_root, Plan([.. TaskCatalog.All.Select(t => t.Name)])));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(400, 400)]
    [InlineData(401, 201)]
    [InlineData(4000, 400)]
    public void A_long_learning_curve_is_thinned_without_losing_its_mean(int points, int expected)
    {
        TrainingPoint[] history = [.. Enumerable.Range(1, points).Select(i => new TrainingPoint(i * 500L, 1.0 / i, 2.0 / i, i))];
        var thinned = Publication.Thinned(history);
        Assert.Equal(expected, thinned.Count);
        Assert.Equal(history[^1].Sequences, thinned[^1].Sequences);
        Assert.Equal(history[^1].Seconds, thinned[^1].Seconds);
        if (points % expected == 0)
            Assert.Equal(history.Average(p => p.MeanCost), thinned.Average(p => p.MeanCost), 12);
    }

    private void Publish(string budget)
    {
        Directory.CreateDirectory(Path.Combine(_root, "docs"));
        TaskReport[] tasks = [.. ((string[])["copy", "ngram"]).Select(name => new TaskReport(name, "a summary", [], [], [new Finding("old", "old", [], [])], []))];
        RecordFile.WriteText(Path.Combine(_root, "docs", "results.json"), RecordFile.Text(new PaperReport(budget, "", "", Budget.Find("quick").EvaluationSequences, tasks)));
    }

    private static ReproductionPlan Plan(params string[] tasks) => new(Budget.Find("quick"), [.. tasks.Select(TaskCatalog.Find)], [], null, "out");
}
