using System.Text;
using Ntm.Paper.Models;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.Support;
using Ntm.Training;

namespace Ntm.Paper.Tests.Settings;

/// <summary>All JSON files that users write or change: errors are reported by line and column.</summary>
public sealed class JsonFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-json-").FullName;

    public static TheoryData<string> Readers => ["config", "budget", "result", "card", "history"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_byte_order_mark_is_no_fault(string reader)
    {
        var file = Whole(reader);
        var content = File.ReadAllBytes(file);
        Read(reader, file);
        File.WriteAllBytes(file, [0xEF, 0xBB, 0xBF, .. content]);
        Read(reader, file);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_trailing_comma_and_a_comment_have_their_places(string reader)
    {
        var file = Whole(reader);
        var text = File.ReadAllText(file).TrimEnd();
        var end = text.Length - 1;
        var first = FormattableString.Invariant($"line {text[..end].Count(c => c == '\n') + 1}, column ");
        File.WriteAllText(file, $"{text[..end]},{text[end..]}");
        var comma = Refused(reader, file);
        Assert.Contains(first, comma);
        Assert.Contains("comma", comma);
        File.WriteAllText(file, $"{text[..1]} // a comment\n{text[1..]}");
        var comment = Refused(reader, file);
        Assert.Contains("line 1, column 3: found a comment; JSON has none.", comment);
    }

    [Theory]
    [InlineData("card", """{ "command": 1 }""", "'command' is of another kind")]
    [InlineData("card", "{}", "found no 'command'")]
    [InlineData("result", "[]", "of another kind")]
    [InlineData("history", """[{ "sequences": "x" }]""", "of another kind")]
    [InlineData("budget", """{ "summary": """, "line 1")]
    [InlineData("config", """{ "preset": null }""", "--preset")]
    public void Wrong_content_is_said_in_words_of_the_file(string reader, string json, string expected)
    {
        var file = Whole(reader);
        File.WriteAllText(file, json);
        Assert.Contains(expected, Refused(reader, file));
    }

    /// <summary>A pipe would be waited for, a device read forever, and a folder is neither.</summary>
    [Theory]
    [MemberData(nameof(Readers))]
    public void What_is_no_file_is_refused_at_once(string reader)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There are no pipes and devices among the files of this system.");
        var file = Whole(reader);
        File.Delete(file);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [file]))
            mkfifo.WaitForExit();
        Assert.Contains("pipe, device or socket", Quickly(reader, file));
        File.Delete(file);
        File.CreateSymbolicLink(file, "/dev/zero");
        Assert.Contains("pipe, device or socket", Quickly(reader, file));
    }

    [Fact]
    public void A_folder_as_settings_is_said_to_be_one() =>
        Assert.Contains("is a directory", Assert.Throws<UsageException>(() => SettingsJson.ReadFile(_folder, "--config")).Message);

    private static string Quickly(string reader, string file)
    {
        var refused = Task.Run(() => Refused(reader, file), TestContext.Current.CancellationToken);
        Assert.True(refused.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), $"{reader} is still reading.");
        return refused.Result;
    }

    private static string Refused(string reader, string file)
    {
        var refused = Assert.ThrowsAny<Exception>(() => Read(reader, file));
        Assert.True(refused is UsageException or InvalidDataException or IOException, $"{refused}");
        Assert.Contains(file, refused.Message);
        Assert.DoesNotContain("reader options", refused.Message);
        Assert.DoesNotContain("System.", refused.Message);
        Assert.DoesNotContain("Ntm.", refused.Message);
        return refused.Message;
    }

    private static void Read(string reader, string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        object? read = reader switch
        {
            "config" => SettingsResolver.Resolve("copy", file, []),
            "budget" => Budget.Find(file),
            "result" => TrainingSummary.Read(new RunFolder(folder)),
            "card" => ModelCard.Read(folder),
            _ => HistoryFiles.Read(file),
        };
        Assert.NotNull(read);
    }

    private string Whole(string reader)
    {
        switch (reader)
        {
            case "config":
                var config = Path.Combine(_folder, "settings.json");
                File.WriteAllText(config, "{\n  \"lr\": 0.001\n}", Encoding.ASCII);
                return config;
            case "budget":
                return TinyBudget.Write(_folder);
            case "result":
                new TrainingSummary("copy", "ntm-lstm", "cpu", 1, true, "solved", 12_000, 6.5, 0.003, 0.003, 0, "model.safetensors").Write(new RunFolder(_folder));
                return new RunFolder(_folder).ResultFile;
            case "card":
                new ModelCard("train copy", 1, 12_000, 6.5, 62_736, "00", 1000, [], []).Write(_folder);
                return Path.Combine(_folder, ModelCard.FileName);
            default:
                var history = Path.Combine(_folder, "history.json");
                HistoryFiles.Write(history, [new TrainingPoint(500, 1, 2, 3), new TrainingPoint(1000, 1, 2, 4)]);
                return history;
        }
    }
}
