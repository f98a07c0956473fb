using System.Text.Json;
using System.Text.RegularExpressions;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Draw.Viewer;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.Support;
using TorchSharp;

namespace Ntm.Paper.Tests.Draw;

/// <summary>The page that shows a model at work, in a browser.</summary>
public sealed partial class ViewerPageTests : IDisposable
{
    /// <summary>Drives the viewer as a user does, and writes down what it shows.</summary>
    private const string Drive = """
        <script>
        console.error('the console is heard');
        addEventListener('load', () => {
          const root = document.getElementById('viewer'), viewer = viewers.viewer, found = {};
          const key = name => { root.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true })); return viewer.step; };
          const click = title => { root.querySelector(`button[aria-label='${title}']`).click(); return viewer.step; };
          found.first = [viewer.step, viewer.status];
          found.keys = [key('ArrowRight'), key('ArrowRight'), key('ArrowLeft'), key('End'), key('ArrowRight'), key('Home'), key('ArrowLeft')];
          found.buttons = [click('Last step'), click('One step back'), click('First step'), click('One step on')];
          found.playing = [(key(' '), viewer.isPlaying), (click('Pause'), viewer.isPlaying)];
          const slider = root.querySelector('input');
          slider.value = 3;
          slider.dispatchEvent(new Event('input'));
          found.slid = viewer.step;
          found.memory = [];
          const count = Number(slider.max) + 1;
          for (let t = 0; t < count; t++) { viewer.show(t); found.memory.push(viewer.memory()); }
          viewer.show(1);
          found.back = viewer.memory();
          found.status = viewer.status;
          found.panels = [...root.querySelectorAll('figure')].map(f => [f.querySelector('figcaption').textContent, f.querySelector('canvas').width, f.querySelector('canvas').height]);
          found.colours = [...root.querySelectorAll('canvas')].map(c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size);
          found.wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
          viewer.load(1);
          found.second = [viewer.step, viewer.status];
          const pre = document.createElement('pre');
          pre.id = 'found';
          pre.textContent = JSON.stringify(found);
          document.body.append(pre);
        });
        </script>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-viewer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1200, "light")]
    [InlineData(500, "dark")]
    public async Task A_browser_steps_through_the_memory_that_the_model_has(int width, string scheme)
    {
        if (Browser.Program is null)
            Assert.Skip("Chromium is not installed ('apt-get install chromium').");
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var options = new NtmOptions { ControllerSize = 12, MemoryLocations = 6, MemoryWidth = 5, ReadHeads = 2, WriteHeads = 3, Memory = MemoryKind.Learned };
        using var model = new NtmPaperModel(new NeuralTuringMachine(options, seed: 3));
        var task = TaskCatalog.Find("copy").Create(SettingsResolver.Resolve("copy", null, []));
        var batch = task.Batch(1, 0, 1);
        var second = task.Batch(1, 5, 1);
        var page = ViewerPage.Of(new ViewerData("a <model>", "probabilities of a one", [ViewedModel.Of("first", "model", model, task, batch), ViewedModel.Of("second </script>", "model", model, task, second)]));
        Assert.Contains("<title>a &lt;model&gt;</title>", page, StringComparison.Ordinal);
        var file = Path.Combine(_folder, "viewer.html");
        File.WriteAllText(file, page.Replace("</body>", Drive + "</body>", StringComparison.Ordinal));

        var (document, console) = await Browser.OpenAsync(file, width, "--dump-dom", $"--blink-settings=preferredColorScheme={(scheme == "dark" ? 0 : 1)}");
        Assert.Contains("the console is heard", Assert.Single(console.Split('\n')), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(Found().Match(document).Groups[1].Value));
        var found = json.RootElement;
        var steps = (int)batch.Steps;
        Assert.StartsWith($"Step 1 of {steps}; writes most to ", found.GetProperty("first")[1].GetString(), StringComparison.Ordinal);
        Assert.Equal([1, 2, 1, steps - 1, steps - 1, 0, 0], Numbers(found.GetProperty("keys")));
        Assert.Equal([steps - 1, steps - 2, 0, 1], Numbers(found.GetProperty("buttons")));
        Assert.Equal([true, false], found.GetProperty("playing").EnumerateArray().Select(e => e.GetBoolean()));
        Assert.Equal(3, found.GetProperty("slid").GetInt32());
        Assert.Equal(0, found.GetProperty("wider").GetInt32());
        Assert.StartsWith($"Step 1 of {second.Steps}; ", found.GetProperty("second")[1].GetString(), StringComparison.Ordinal);

        // The model's own memory after each step: what the cell says when it is stepped.
        var state = model.Machine.InitialState(1);
        for (var t = 0; t < steps; t++)
        {
            (_, state) = model.Machine.Cell.forward(batch.Inputs[t], state);
            var expected = state.Memory.data<float>().ToArray();
            Assert.All(expected.Zip(Numbers(found.GetProperty("memory")[t])), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }

        Assert.Equal(Numbers(found.GetProperty("memory")[1]), Numbers(found.GetProperty("back")));
        Assert.Equal(
            [
                ("Inputs", steps, 9), ("Targets", steps, 8), ("Outputs (probabilities of a one)", steps, 8), ("Heads in this step: writing left, reading right", 5, 6),
                ("Memory after this step", 5, 6), ("Vectors in this step: added above, read below", 5, 5),
                .. Enumerable.Range(1, 3).Select(k => ($"Where it writes, head {k}", steps, 6)), .. Enumerable.Range(1, 2).Select(k => ($"Where it reads, head {k}", steps, 6)),
            ],
            found.GetProperty("panels").EnumerateArray().Select(p => (p[0].GetString()!, p[1].GetInt32(), p[2].GetInt32())));
        Assert.All(Numbers(found.GetProperty("colours")), count => Assert.True(count > 1));
    }

    [Fact]
    public async Task Draw_writes_the_page_with_or_without_figures()
    {
        var (page, figures) = (Path.Combine(_folder, "copy.html"), Path.Combine(_folder, "figures"));
        var alone = (await PaperProcess.RunAsync("draw", "copy", "--html", page, "--json")).ExpectExit(0);
        Assert.Equal([page], alone.Json().GetProperty("files").EnumerateArray().Select(f => f.GetString()));
        var text = File.ReadAllText(page);
        Assert.Contains("copy, ntm-", text, StringComparison.Ordinal);
        Assert.Contains("length 120", text, StringComparison.Ordinal);
        (await PaperProcess.RunAsync("draw", "copy", "--length", "7", "--memory-locations", "200", "--html", page, "--out", figures)).ExpectExit(0);
        Assert.NotEmpty(Directory.GetFiles(figures, "*.png"));
        text = File.ReadAllText(page);
        Assert.Contains("length 7, sequence 3", text, StringComparison.Ordinal);
        Assert.Contains("\"locations\":200", text, StringComparison.Ordinal);
        Assert.DoesNotContain("length 120", text, StringComparison.Ordinal);
        Assert.Contains("--out and --html are missing", (await PaperProcess.RunAsync("draw", "copy")).ExpectExit(2).Error, StringComparison.Ordinal);
        Assert.Contains("--html is ''", (await PaperProcess.RunAsync("draw", "copy", "--html", "")).ExpectExit(2).Error, StringComparison.Ordinal);
    }

    private static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetDouble())];

    [GeneratedRegex("<pre id=\"found\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Found();
}
