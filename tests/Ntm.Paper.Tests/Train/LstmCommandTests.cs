using System.Text.Json;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Train;

/// <summary>The commands with the LSTM network, from training to figures.</summary>
public sealed class LstmCommandTests : IDisposable
{
    private static readonly string[] Small = ["--architecture", "lstm", "--max-length", "3", "--controller-size", "6", "--controller-layers", "2"];

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-lstm-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Train_evaluate_and_draw()
    {
        var run = Path.Combine(_folder, "run");
        var trained = (await PaperProcess.RunAsync(["train", "copy", "--sequences", "100", "--report-interval", "40", "--json", "--out", run, .. Small])).ExpectExit(0).Json();
        Assert.Equal("lstm", trained.GetProperty("architecture").GetString());
        Assert.Equal("torch", trained.GetProperty("engine").GetString());
        Assert.Equal(100, trained.GetProperty("sequencesSeen").GetInt64());

        var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "settings.json"))).RootElement;
        Assert.Equal(6, settings.GetProperty("controller-size").GetInt32());
        foreach (var foreign in (string[])["heads", "memory-locations", "memory-width", "engine"])
            Assert.False(settings.TryGetProperty(foreign, out _), foreign);

        var evaluated = (await PaperProcess.RunAsync("evaluate", run, "--length", "2", "--sequences", "9", "--json")).ExpectExit(0).Json();
        Assert.Equal(16, Assert.Single(evaluated.GetProperty("results").EnumerateArray().ToList()).GetProperty("bitsPerSequence").GetDouble());

        var figures = Path.Combine(_folder, "figures");
        (await PaperProcess.RunAsync("draw", run, "--out", figures, "--length", "4")).ExpectExit(0);
        // There is no memory to draw.
        Assert.Equal(
            ["learning-curve.png", "learning-curve.svg", "outputs.png", "outputs.svg"], Directory.EnumerateFiles(figures).Select(Path.GetFileName).Order());

        var again = Path.Combine(_folder, "again");
        (await PaperProcess.RunAsync("train", "copy", "--config", Path.Combine(run, "settings.json"), "--out", again)).ExpectExit(0);
        Assert.Equal(Costs(run), Costs(again));

        static string[] Costs(string folder) =>
            [.. File.ReadAllLines(Path.Combine(folder, "history.csv")).Select(line => string.Join(',', line.Split(',')[..3]))];
    }
}
