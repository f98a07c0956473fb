using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Train;

/// <summary>The commands with a GRU controller, from training to export.</summary>
public sealed class GruCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-gru-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Train_resume_evaluate_draw_and_export()
    {
        // A constant rate, so that more sequences do not change the first ones.
        var trained = (await PaperProcess.RunAsync(["train", "copy", "--architecture", "ntm-gru", "--schedule", "constant", "--sequences", "100", "--json", "--out", Run, .. TrainedRun.Small])).ExpectExit(0).Json();
        Assert.Equal("ntm-gru", trained.GetProperty("architecture").GetString());
        using (var model = NtmModelFile.Load(Path.Combine(Run, "model.safetensors")))
            Assert.Equal(ControllerKind.Gru, model.Options.Controller);

        // Resumed, it ends with the model of a training that was not interrupted.
        var resumed = (await PaperProcess.RunAsync("train", "--resume", Run, "--sequences", "203", "--json")).ExpectExit(0).Json();
        Assert.Equal(203, resumed.GetProperty("sequencesSeen").GetInt64());
        var whole = Path.Combine(_folder, "whole");
        (await PaperProcess.RunAsync(["train", "copy", "--config", Path.Combine(Run, "settings.json"), "--out", whole])).ExpectExit(0);
        Assert.Equal(Tensors(whole), Tensors(Run));

        var evaluated = (await PaperProcess.RunAsync("evaluate", Run, "--length", "2", "--sequences", "9", "--json")).ExpectExit(0).Json();
        Assert.Equal(16, evaluated.GetProperty("results")[0].GetProperty("bitsPerSequence").GetDouble());
        var info = (await PaperProcess.RunAsync("info", Run, "--json")).ExpectExit(0).Json();
        Assert.Equal("Gru", info.GetProperty("options").GetProperty("Controller").GetString());

        var figures = Path.Combine(_folder, "figures");
        (await PaperProcess.RunAsync("draw", Run, "--out", figures, "--length", "4")).ExpectExit(0);
        Assert.True(File.Exists(Path.Combine(figures, "memory.png")));
        var export = (await PaperProcess.RunAsync("export", Run, "--out", Path.Combine(_folder, "export"), "--json")).ExpectExit(0).Json();
        Assert.All(export.GetProperty("files").EnumerateArray().ToList(), file => Assert.True(File.Exists(file.GetString())));
    }

    private static byte[][] Tensors(string folder) =>
        [.. SafeTensorsFile.Load(Path.Combine(folder, "model.safetensors")).Tensors.Select(t => t.Data.ToArray())];
}
