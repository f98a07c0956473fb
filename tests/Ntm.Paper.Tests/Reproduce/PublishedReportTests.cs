using Ntm.Paper.Output;
using Ntm.Paper.Reproduce;

namespace Ntm.Paper.Tests.Reproduce;

/// <summary>The published results in the repository are those of one report.</summary>
public class PublishedReportTests
{
    private static readonly string Docs = Path.Combine(AppContext.BaseDirectory, "published", "docs");

    private static readonly PaperReport Report = RecordFile.Read<PaperReport>(Path.Combine(Docs, "results.json"))!;

    [Fact]
    public void The_text_is_made_of_the_numbers_beside_it() =>
        Assert.Equal(MarkdownReport.Of(Report, Publication.FiguresIn(Docs)), File.ReadAllText(Path.Combine(Docs, "results.md")));

    [Fact]
    public void The_README_has_its_goals()
    {
        var readme = File.ReadAllText(Path.Combine(Docs, "..", "README.md"));
        Assert.Equal(Publication.WithGoals(readme, Report), readme);
    }

    [Fact]
    public void Its_figures_are_few() =>
        Assert.InRange(new DirectoryInfo(Docs).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length), 100_000, 3_000_000);

    /// <summary>Folders of a command are the reader's: none is of the machine that published.</summary>
    [Fact]
    public void Its_commands_run_anywhere() =>
        Assert.All(Report.Tasks.SelectMany(t => t.Figures), figure => Assert.DoesNotContain(" /", figure.Command, StringComparison.Ordinal));

    /// <summary>Also in what was tried besides: a finding is told by publishing, not in the program alone.</summary>
    [Fact]
    public void What_it_tells_of_tasks_is_what_is_known_of_them_now() =>
        Assert.Equal(RecordFile.Text(Report), RecordFile.Text(Report with { Tasks = [.. Report.Tasks.Select(t => t with { Findings = Finding.Of(t.Name) })] }));
}
