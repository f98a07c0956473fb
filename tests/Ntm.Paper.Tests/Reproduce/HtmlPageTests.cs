using System.Text.Json;
using System.Text.RegularExpressions;
using Ntm.Figures;
using Ntm.Paper.Draw.Viewer;
using Ntm.Paper.Output;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Tests.Support;
using Ntm.Training;

namespace Ntm.Paper.Tests.Reproduce;

public sealed partial class HtmlPageTests : IDisposable
{
    /// <summary>The content that a browser finds in the page, as JSON.</summary>
    private const string Check = """
        <script>
        console.error('the console is heard');
        addEventListener('load', () => {
          const found = {
            images: [...document.images].map(i => i.naturalWidth),
            viewers: [...document.querySelectorAll('.viewer .status')].map(s => s.textContent),
            broken: [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1))),
            wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            ink: getComputedStyle(document.body).color,
            ground: getComputedStyle(document.body).backgroundColor,
          };
          const pre = document.createElement('pre');
          pre.id = 'found';
          pre.textContent = JSON.stringify(found);
          document.body.append(pre);
        });
        </script>
        """;

    private static readonly ReportFigure Figure = new("figures/copy-memory", "The memory's use", "What the heads do & where, <in a step>.", "draw copy --out figures");

    /// <summary>A model without a memory on one step: an input of 0.5, a target of 1, and an output of 0.25.</summary>
    private static readonly ViewerData Viewed = new(
        "copy, lstm", "probabilities of a one", [new ViewedSequence { Name = "one step", Steps = 1, InputSize = 1, OutputSize = 1, Inputs = Number(0.5f), Outputs = Number(0.25f), Targets = Number(1) }]);

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1200, "light")]
    [InlineData(1200, "dark")]
    [InlineData(500, "light")]
    public async Task A_browser_shows_it_whole(int width, string scheme)
    {
        if (Browser.Program is null)
            Assert.Skip("Chromium is not installed ('apt-get install chromium').");
        var page = HtmlPage.Of(Report(), _ => Picture(), _ => Viewed);
        var file = Path.Combine(_folder, "page.html");
        File.WriteAllText(file, page.Replace("</body>", Check + "</body>", StringComparison.Ordinal));
        var (document, console) = await Browser.OpenAsync(file, width, "--dump-dom", $"--blink-settings=preferredColorScheme={(scheme == "dark" ? 0 : 1)}");
        var told = Assert.Single(console.Split('\n'));
        Assert.Contains("the console is heard", told, StringComparison.Ordinal);
        using var found = JsonDocument.Parse(Found().Match(document).Groups[1].Value);
        Assert.Equal([152], found.RootElement.GetProperty("images").EnumerateArray().Select(i => i.GetInt32()));
        Assert.Equal(["Step 1 of 1; 1 of 1 bits wrong, 1 so far"], found.RootElement.GetProperty("viewers").EnumerateArray().Select(s => s.GetString()));
        Assert.Empty(found.RootElement.GetProperty("broken").EnumerateArray());
        Assert.Equal(0, found.RootElement.GetProperty("wider").GetInt32());
        var (ink, ground) = (Brightness(found.RootElement.GetProperty("ink").GetString()!), Brightness(found.RootElement.GetProperty("ground").GetString()!));
        Assert.Equal(scheme == "dark", ink > ground);
    }

    [Fact]
    public void Texts_are_escaped()
    {
        var page = HtmlPage.Of(Report(), _ => Picture(), _ => Viewed);
        Assert.Contains("What the heads do &amp; where, &lt;in a step&gt;.", page, StringComparison.Ordinal);
        Assert.Contains("It does, &lt;a little&gt;.", page, StringComparison.Ordinal);
        Assert.Contains("the seed &lt;2&gt; failed", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_and_Markdown_tell_the_same()
    {
        var report = Report();
        var texts = (string[])[HtmlPage.Of(report, _ => Picture(), _ => Viewed), MarkdownReport.Of(report, _ => true)];
        foreach (var text in texts)
        {
            foreach (var told in (string[])["0.0012", "12.3", "6.40 at 119", "missed", "reached", "train copy --seed 3", "51,000", "1 min 40 s", "0.0010 (0.0005 to 0.25)", "length 1 to 20", "Does it help?", "4.21"])
                Assert.Contains(told, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_report_comes_back_from_its_file()
    {
        var report = Report();
        var read = RecordFile.Parse<PaperReport>(RecordFile.Text(report), "results.json");
        Assert.Equal(MarkdownReport.Of(report, _ => true), MarkdownReport.Of(read, _ => true));
        Assert.Equal(report.TrainingSeconds, read.TrainingSeconds);
        Assert.Contains("results.json", Assert.Throws<InvalidDataException>(() => RecordFile.Parse<PaperReport>(RecordFile.Text(report)[..^20], "results.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_are_shown_with_their_interval_and_beyond_the_range()
    {
        var markdown = MarkdownReport.Of(Report(), _ => true);
        // The Wilson interval of 1 of 2 is 9.5 to 90.5 %.
        Assert.Contains("| ntm-lstm | 1 of 2 (9 to 91 %) |", markdown, StringComparison.Ordinal);
        Assert.Contains("| length 120 | 3.50 (0 to 7.00); none in 1 of 2 |", markdown, StringComparison.Ordinal);
        var page = HtmlPage.Of(Report(), _ => Picture(), _ => Viewed);
        Assert.Contains("1 of 2 (9 to 91 %)", page, StringComparison.Ordinal);
        Assert.Contains("3.50 (0 to 7.00); none in 1 of 2", page, StringComparison.Ordinal);
        var before = Report();
        var architecture = before.Tasks[0].Architectures[0];
        var task = before.Tasks[0] with { Architectures = [architecture with { Seeds = architecture.Seeds! with { Conditions = null } }] };
        Assert.DoesNotContain("beyond the training range", MarkdownReport.Of(before with { Tasks = [task] }, _ => true), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_shows_the_figures_that_lie_beside_it()
    {
        Assert.Contains("![The memory's use](figures/copy-memory.png)", MarkdownReport.Of(Report(), _ => true), StringComparison.Ordinal);
        Assert.DoesNotContain("](figures/", MarkdownReport.Of(Report(), _ => false), StringComparison.Ordinal);
    }

    private static PaperReport Report()
    {
        EvaluationResult[] results = [new("length 1 to 20", 1000, 0.0012, 0, 1000, 90, 0, 0.0012, []), new("length 120", 1000, 300, 12.3, 10, 960, 0, 300, [])];
        var model = new ModelReport(IsShipped: true, "train copy --seed 3", 3, 51_000, 100, 62_736, results);
        var seeds = new SeedsReport(
            [new TrainingReport("train copy", 8000, 4, 0.0005, 0, true), new TrainingReport("train copy --seed 2", 10_000, 6, 0.25, 0.2, false)],
            new Spread(0.0005, 0.001, 0.25), new Spread(0, 0.1, 0.2), new Spread(8000, 9000, 10_000), new Spread(4, 5, 6),
            [new ConditionReport("length 120", new Spread(1, 2, 3), new Spread(0, 3.5, 7), 1)]);
        ComparisonRow[] rows =
        [
            new("length 1 to 20", "cost, bits", "about 0.1", "", "below 0.01", [0.0012, null], 0.0012, true),
            new("length 120", "wrong bits", "", "6.40 at 119", "below 1", [12.3, null], 12.3, false),
        ];
        var finding = new Finding("Does it help?", "It does, <a little>.", ["Rate", "Cost"], [["0.75", "4.21"]]);
        return new PaperReport("quick", "For a test.", "2 cores", 1000, [new TaskReport("copy", "write back", [new ArchitectureReport("ntm-lstm", model, seeds, [], []), new ArchitectureReport("lstm", null, null, [], ["the seed <2> failed"])], rows, [finding], [Figure])]);
    }

    private static string Number(float value) => ViewedSequence.Text([value]);

    /// <summary>A figure 76 units wide, which are two pixels each.</summary>
    private static byte[] Picture()
    {
        using var canvas = new PngCanvas(76, 40);
        return canvas.Encode();
    }

    private static int Brightness(string colour) => Numbers().Matches(colour).Take(3).Sum(m => int.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex("<pre id=\"found\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Found();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
