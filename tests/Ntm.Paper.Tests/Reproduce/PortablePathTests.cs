using Ntm.Paper.Reproduce;

namespace Ntm.Paper.Tests.Reproduce;

/// <summary>A report goes where its machine's folders mean nothing, and may reveal private names.</summary>
public class PortablePathTests
{
    [Fact]
    public void A_folder_elsewhere_is_told_of_by_its_end() =>
        Assert.Equal("quick/copy-ntm-lstm/seed-1", PortablePath.Of(Path.Combine(Path.GetTempPath(), "someone", "secret", "quick", "copy-ntm-lstm", "seed-1")));

    [Fact]
    public void A_folder_below_is_told_of_as_it_is()
    {
        var folder = Path.Combine("runs", "paper", "quick", "copy-ntm-lstm", "seed-1");
        Assert.Equal(folder, PortablePath.Of(folder));
        Assert.Equal(folder, PortablePath.Of(Path.GetFullPath(folder)));
    }

    [Theory]
    [InlineData("/home/someone/runs/seed-1: the training ended", "seed-1: the training ended")]
    [InlineData("seed 1: '/a/b/model.safetensors' is a directory", "seed 1: 'model.safetensors' is a directory")]
    [InlineData(@"C:\Users\someone\runs\seed-1 is locked", "seed-1 is locked")]
    [InlineData("runs/seed-1: 3/s, and 1/2 of it", "runs/seed-1: 3/s, and 1/2 of it")]
    public void Texts_lose_the_folders_of_absolute_paths(string text, string expected) => Assert.Equal(expected, PortablePath.InText(text));

    [Fact]
    public void What_users_wrote_is_no_HTML_and_no_Markdown()
    {
        const string Summary = "<script>alert(1)</script> [a](http://b) **bold** `code`\n# Heading | cell";
        var report = new PaperReport("mine", Summary, "2 cores", 10, [new TaskReport("copy", "", [new ArchitectureReport("lstm", null, null, [], ["<b>failed</b>"])], [], [], [])]);
        var text = MarkdownReport.Of(report, _ => true);
        Assert.DoesNotContain("<script", text);
        Assert.DoesNotContain("<b>", text);
        Assert.Contains(@"&lt;script&gt;alert(1)&lt;/script&gt; \[a\](http://b) \*\*bold\*\* \`code\` # Heading \| cell", text);
        Assert.Contains("- failed: lstm, &lt;b&gt;failed&lt;/b&gt;", text);
    }
}
