using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Commands;

/// <summary>The commands as a user runs them.</summary>
public class CommandTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Train_ends_with_one_JSON_object()
    {
        var json = trained.Result.Json();
        Assert.Equal("copy", json.GetProperty("task").GetString());
        Assert.Equal("ntm-lstm", json.GetProperty("architecture").GetString());
        Assert.False(string.IsNullOrEmpty(json.GetProperty("engine").GetString()));
        Assert.Equal(7, json.GetProperty("seed").GetInt32());
        Assert.False(json.GetProperty("solved").GetBoolean());
        Assert.Equal(203, json.GetProperty("sequencesSeen").GetInt64());
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);
        // An untrained model pays about one bit per bit: lengths 1 to 3 of 8 bits are 16 bits on average.
        Assert.InRange(json.GetProperty("costBits").GetDouble(), 10, 20);
        Assert.InRange(json.GetProperty("wrongBits").GetDouble(), 2, 12);
        Assert.True(File.Exists(json.GetProperty("model").GetString()));
    }

    [Fact]
    public void With_JSON_nothing_else_is_on_standard_output() => Assert.Single(trained.Result.Output.TrimEnd('\n').Split('\n'));

    [Fact]
    public void Redirected_output_has_no_control_characters() =>
        Assert.DoesNotContain(trained.Result.Output + trained.Result.Error, c => char.IsControl(c) && c != '\n');

    [Fact]
    public void Train_writes_model_history_and_settings()
    {
        var csv = File.ReadAllLines(Path.Combine(trained.Run, "history.csv"));
        Assert.Equal("sequences,cost_bits,wrong_bits,seconds", csv[0]);
        Assert.Equal("40", csv[1].Split(',')[0]);
        Assert.Equal("203", csv[^1].Split(',')[0]);
        var history = JsonDocument.Parse(File.ReadAllText(Path.Combine(trained.Run, "history.json"))).RootElement;
        Assert.Equal(csv.Length - 1, history.GetArrayLength());
        Assert.Equal(csv[1].Split(',')[1], history[0].GetProperty("costBits").GetRawText());
        var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(trained.Run, "settings.json"))).RootElement;
        Assert.Equal(7, settings.GetProperty("seed").GetInt32());
        Assert.Equal(16, settings.GetProperty("controller-size").GetInt32());
        // All but where the model is, and commands that name the folder: who moves it, or publishes it, has the file's name.
        var printed = JsonNode.Parse(trained.Result.Json().GetRawText())!;
        (printed["model"], printed["nextSteps"]) = ("model.safetensors", null);
        Assert.Equal(printed.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(trained.Run, "result.json")))!.ToJsonString());
        Assert.Equal(["checkpoints"], Directory.EnumerateDirectories(trained.Run).Select(Path.GetFileName));
        Assert.Equal(["history.csv", "history.json", "model.safetensors", "result.json", "settings.json"], Directory.EnumerateFiles(trained.Run).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_settings_of_a_run_repeat_it_bit_for_bit()
    {
        var again = Path.Combine(trained.Folder, "again");
        (await PaperProcess.RunAsync("train", "copy", "--config", Path.Combine(trained.Run, "settings.json"), "--out", again)).ExpectExit(0);
        var (first, second) = (RunContent.History(trained.Run), RunContent.History(again));
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Evaluate_measures_every_condition()
    {
        var result = (await PaperProcess.RunAsync("evaluate", trained.Run, "--sequences", "7", "--json")).ExpectExit(0).Json();
        Assert.Equal("copy", result.GetProperty("task").GetString());
        var names = result.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("name").GetString());
        Assert.Equal(["length 1 to 3", "length 10", "length 20", "length 30", "length 50", "length 80", "length 120"], names);
    }

    [Fact]
    public async Task Evaluate_of_one_length_gives_one_result()
    {
        var result = (await PaperProcess.RunAsync("evaluate", Path.Combine(trained.Run, "model.safetensors"), "--length", "5", "--sequences", "11", "--json")).ExpectExit(0).Json();
        var only = Assert.Single(result.GetProperty("results").EnumerateArray().ToList());
        Assert.Equal("length 5", only.GetProperty("name").GetString());
        Assert.Equal(11, only.GetProperty("sequences").GetInt32());
        Assert.Equal(40, only.GetProperty("bitsPerSequence").GetDouble());
        Assert.InRange(only.GetProperty("perfectSequences").GetInt32(), 0, 11);
        Assert.InRange(only.GetProperty("wrongBits").GetDouble(), 0, 40);
        Assert.True(only.GetProperty("costBits").GetDouble() > 0);
    }

    [Fact]
    public async Task Evaluate_prints_a_table_for_people()
    {
        var result = (await PaperProcess.RunAsync("evaluate", trained.Run, "--length", "5", "--sequences", "11")).ExpectExit(0);
        Assert.Contains("length 5", result.Output);
        Assert.Contains("of 11", result.Output);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task Draw_writes_pictures()
    {
        var figures = Path.Combine(trained.Folder, "figures");
        (await PaperProcess.RunAsync("draw", trained.Run, "--out", figures, "--length", "4")).ExpectExit(0);
        foreach (var name in (string[])["outputs", "memory", "learning-curve"])
        {
            var png = File.ReadAllBytes(Path.Combine(figures, name + ".png"));
            Assert.Equal<byte>([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
            Assert.StartsWith("<", File.ReadAllText(Path.Combine(figures, name + ".svg")));
        }
    }

    [Fact]
    public async Task Info_names_versions_and_engine()
    {
        var info = (await PaperProcess.RunAsync("info", "--json")).ExpectExit(0).Json();
        Assert.StartsWith("0.107", info.GetProperty("torchSharp").GetString());
        Assert.False(string.IsNullOrEmpty(info.GetProperty("engine").GetString()));
        Assert.False(string.IsNullOrEmpty(info.GetProperty("engineReason").GetString()));
    }

    [Fact]
    public async Task Ctrl_C_ends_cleanly_and_saves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There is no SIGINT to send on this system.");
        var run = Path.Combine(trained.Folder, "interrupted");
        using var process = Process.Start(PaperProcess.StartInfo(
            ["train", "copy", "--sequences", "100000000", "--until", "end", "--json", "--out", run, .. TrainedRun.Small]))!;
        // The first report on standard error says that the training is under way.
        await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString()]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var result = (await PaperProcess.FinishAsync(process)).ExpectExit(0);
        Assert.Equal("cancelled", result.Json().GetProperty("outcome").GetString());
        (await PaperProcess.RunAsync("evaluate", run, "--length", "2", "--sequences", "2")).ExpectExit(0);
    }
}
