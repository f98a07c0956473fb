using System.Text.Json.Nodes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly RunFolder _folder = new(Directory.CreateTempSubdirectory("ntm-folder-").FullName);

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Theory]
    [InlineData("model.safetensors", "a model")]
    [InlineData("settings.json", "interrupted")]
    [InlineData("history.csv", "interrupted")]
    [InlineData("checkpoints/checkpoint-000000000100.safetensors", "interrupted")]
    [InlineData("branches/next.safetensors", "interrupted")]
    public void Whatever_a_training_may_have_left_is_not_replaced(string file, string expected)
    {
        var path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "{");
        Assert.Contains(expected, Assert.Throws<UsageException>(() => _folder.ThrowIfOccupied(overwrite: false)).Message, StringComparison.Ordinal);
        Assert.Equal("{", File.ReadAllText(path));
        _folder.ThrowIfOccupied(overwrite: true);
        _folder.Clear();
        _folder.ThrowIfOccupied(overwrite: false);
    }

    [Fact]
    public void Other_files_do_not_matter()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "notes.txt"), "mine");
        _folder.ThrowIfOccupied(overwrite: false);
        _folder.Clear();
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder.Path, "notes.txt")));
    }

    [Fact]
    public void A_history_whose_sequences_decrease_is_refused_by_name()
    {
        HistoryFiles.Write(_folder.HistoryJson, [new(200, 1, 1, 1), new(100, 1, 1, 2)]);
        var message = Assert.Throws<InvalidDataException>(_folder.ReadHistory).Message;
        Assert.Contains(_folder.HistoryJson, message, StringComparison.Ordinal);
        Assert.Contains("found 100 sequences", message, StringComparison.Ordinal);
        HistoryFiles.Write(_folder.HistoryJson, [new(100, 1, 1, 1), new(200, 1, 1, 2)]);
        Assert.Equal(2, _folder.ReadHistory().Count);
    }

    /// <summary>The preset's optimizer is no advice for a training that had it.</summary>
    [Theory]
    [InlineData("""{}""", "half the learning rate", "--lr 0.0015 ")]
    [InlineData("""{ "optimizer": "graves-rmsprop" }""", "the preset's optimizer, adam", "train copy --out")]
    [InlineData("""{ "lr": 0.01, "max-length": 5 }""", "the preset's optimizer, adam", "train copy --max-length 5 --out")]
    public void What_to_try_next_is_for_the_settings_at_hand(string settings, string what, string command)
    {
        var steps = NextStep.ForUnsolved(SettingsResolver.Resolve("copy", null, JsonNode.Parse(settings)!.AsObject()), "runs/my copy/", TrainingOutcome.Completed);
        Assert.Contains("train --resume 'runs/my copy' --sequences 800000", steps[0].Command, StringComparison.Ordinal);
        Assert.StartsWith(what, steps[1].What, StringComparison.Ordinal);
        Assert.Contains(command, steps[1].Command, StringComparison.Ordinal);
        Assert.EndsWith("--seed 2 --out 'runs/my copy-seed-2'", steps[2].Command, StringComparison.Ordinal);
    }
}
