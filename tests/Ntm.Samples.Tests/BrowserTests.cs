using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ntm.Runtime;

namespace Ntm.Samples.Tests;

/// <summary>The page of <c>Ntm.Browser</c> in Chromium, beside the same models as native code computes them.</summary>
public sealed partial class BrowserTests(BrowserPage page) : IClassFixture<BrowserPage>
{
    private const long LargestDownload = 10_000_000;

    /// <summary>Goes through the tasks, changes an input by a click, and writes down what the page has.</summary>
    private const string Drive = """
        <script type="module">
        console.error('the console is heard');
        const wait = async condition => { while (!condition()) await new Promise(done => setTimeout(done, 20)); };
        const state = document.getElementById('state'), task = document.getElementById('task');
        const isReady = () => /^\d+ steps in /.test(state.textContent);
        await wait(() => window.page && isReady());
        const found = { tasks: {} };
        for (const name of [...task.options].map(o => o.value)) {
          state.textContent = '';
          task.value = name;
          task.dispatchEvent(new Event('change'));
          await wait(isReady);
          found.tasks[name] = { ...page.sequence, file: page.models[name].file, hasSize: !document.getElementById('size').disabled };
        }
        found.refused = '';
        try { page.machine.Sequence('copy', 0, 0, 0); } catch (error) { found.refused = error.message; }
        state.textContent = '';
        task.value = 'copy';
        task.dispatchEvent(new Event('change'));
        await wait(isReady);
        const first = page.sequence;
        const inputs = document.querySelector('.viewer .frame'), place = inputs.getBoundingClientRect();
        const click = (row, step) => inputs.dispatchEvent(new MouseEvent('click', { bubbles: true,
          clientX: place.left + (step + 0.5) / first.steps * place.width, clientY: place.top + (row + 0.5) / first.inputSize * place.height }));
        click(2, 3);
        found.went = page.viewer.step;
        document.getElementById('edit').click();
        state.textContent = '';
        click(2, 5);
        await wait(isReady);
        found.before = first.inputs;
        found.after = page.sequence;
        found.wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        found.ink = getComputedStyle(document.body).color;
        const pre = document.createElement('pre');
        pre.id = 'found';
        pre.textContent = JSON.stringify(found);
        document.body.append(pre);
        </script>
        """;

    [Fact]
    public void A_visitor_downloads_little()
    {
        // A server sends what it has compressed; the models are random numbers, which do not compress.
        var files = Directory.GetFiles(page.Root, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is not (".br" or ".gz"));
        var bytes = files.Sum(file => new FileInfo(File.Exists($"{file}.br") ? $"{file}.br" : file).Length);
        Assert.InRange(bytes, 1_000_000, LargestDownload);
    }

    [Theory]
    [InlineData(1200, 1)]
    [InlineData(500, 0)]
    public async Task It_computes_what_native_code_does(int width, int scheme)
    {
        var (document, console) = await page.OpenAsync(Drive, width, "--dump-dom", "--virtual-time-budget=600000", $"--blink-settings=preferredColorScheme={scheme}");
        Assert.Contains("the console is heard", Assert.Single(console.Split('\n')), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(WebUtility.HtmlDecode(Found().Match(document).Groups[1].Value));
        var found = json.RootElement;
        Assert.Equal(["copy", "repeat-copy", "associative-recall", "ngram", "priority-sort"], found.GetProperty("tasks").EnumerateObject().Select(t => t.Name));
        foreach (var task in found.GetProperty("tasks").EnumerateObject())
        {
            Check(task.Value.GetProperty("file").GetString()!, task.Value);
            Assert.Equal(task.Name is not ("ngram" or "priority-sort"), task.Value.GetProperty("hasSize").GetBoolean());
        }

        // A sequence of copy: 20 vectors, the delimiter, and 20 steps to answer.
        var copy = found.GetProperty("tasks").GetProperty("copy");
        Assert.Equal(41, copy.GetProperty("steps").GetInt32());
        var (inputs, targets) = (Numbers(copy, "inputs"), Numbers(copy, "targets"));
        Assert.Equal(1, inputs[20 * 9 + 8]);
        for (var t = 0; t < 20; t++)
            Assert.Equal(inputs.AsSpan(t * 9, 8), targets.AsSpan((21 + t) * 8, 8));
        Assert.All(targets[..(21 * 8)], target => Assert.True(float.IsNaN(target)));
        Assert.Contains("MinLength", found.GetProperty("refused").GetString(), StringComparison.Ordinal);

        // A click goes to a step, or changes an input, and the page computes the sequence again.
        Assert.Equal(3, found.GetProperty("went").GetInt32());
        var (before, after) = (Floats(found.GetProperty("before").GetString()!), Numbers(found.GetProperty("after"), "inputs"));
        Assert.Equal([5 * 9 + 2], Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]));
        Assert.Equal(1 - before[5 * 9 + 2], after[5 * 9 + 2]);
        Check("copy-ntm-lstm", found.GetProperty("after"));
        Assert.Equal(0, found.GetProperty("wider").GetInt32());
        var isDark = Brightness().Matches(found.GetProperty("ink").GetString()!).Sum(m => int.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture)) > 3 * 128;
        Assert.Equal(scheme == 0, isDark);
    }

    private static void Check(string file, JsonElement sequence)
    {
        using var model = NtmModel.Load(Path.Combine(Sample.Repository, "models", file, "model.safetensors"));
        var trace = model.Trace(Numbers(sequence, "inputs"), sequence.GetProperty("steps").GetInt32());
        Close([.. trace.Logits.ToArray().Select(logit => 1 / (1 + MathF.Exp(-logit)))], Numbers(sequence, "outputs"));
        Close(trace.WriteWeightings.ToArray(), Numbers(sequence, "writeWeightings"));
        Close(trace.ReadWeightings.ToArray(), Numbers(sequence, "readWeightings"));

        static void Close(float[] expected, float[] actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            // Sums of other widths of vectors round otherwise, and a trained model enlarges that step by step; a wrong equation differs by the size of the outputs.
            Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-4);
        }
    }

    private static float[] Numbers(JsonElement sequence, string name) => Floats(sequence.GetProperty(name).GetString()!);

    private static float[] Floats(string text) => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();

    [GeneratedRegex("<pre id=\"found\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Found();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Brightness();
}
