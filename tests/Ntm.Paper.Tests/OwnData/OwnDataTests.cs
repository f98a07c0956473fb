using System.Runtime.InteropServices;
using Ntm.Core.Serialization;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.OwnData;

/// <summary>The whole way of a user without C#: a file of sequences, a training, its metrics, predictions and pictures.</summary>
public sealed class OwnDataTests : IDisposable
{
    private static readonly string[] Small = ["--controller-size", "16", "--memory-locations", "6", "--memory-width", "4", "--report-interval", "400"];

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-own-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Symbols_are_learned_from_a_file_and_measured_on_another()
    {
        SequenceFiles.WriteSymbols(File("train"), 300, seed: 1);
        SequenceFiles.WriteSymbols(File("validation"), 40, seed: 2);
        SequenceFiles.WriteSymbols(File("test"), 50, seed: 3);
        var trained = (await RunAsync(["train", "--data", File("train"), "--validation", File("validation"), "--epochs", "20", "--until", "end", "--lr", "0.01", "--out", Run, "--json", .. Small])).Json();
        Assert.Equal(("data", 6000, 40), (trained.GetProperty("task").GetString(), trained.GetProperty("sequencesSeen").GetInt32(), trained.GetProperty("metrics").GetProperty("sequences").GetInt32()));
        Assert.Equal(1, trained.GetProperty("metrics").GetProperty("accuracy").GetDouble());

        var result = (await RunAsync("evaluate", Run, "--data", File("test"), "--json")).Json();
        var measured = result.GetProperty("results")[0];
        Assert.Equal(("softmax", 50), (result.GetProperty("lossKind").GetString(), measured.GetProperty("sequences").GetInt32()));

        // The same from the predictions alone.
        await RunAsync("predict", Run, "--inputs", File("test"), "--out", File("out"));
        var (loss, right, count) = (0.0, 0, 0);
        var probabilities = SequenceFiles.Read(File("out"), "outputs");
        var (targets, lengths) = (Integers(File("test"), "targets"), Integers(File("test"), "lengths"));
        for (var s = 0; s < 50; s++)
        {
            for (var t = 1; t < lengths[s]; t++)
            {
                var row = probabilities.AsSpan((t * 50 + s) * 3, 3);
                var target = (int)targets[t * 50 + s];
                Assert.Equal(1, row[0] + row[1] + row[2], 1e-5);
                loss -= Math.Log(row[target]);
                right += row[target] > 0.5f ? 1 : 0;
                count++;
            }
        }

        Assert.Equal(loss / count, measured.GetProperty("loss").GetDouble(), 1e-4);
        Assert.Equal((double)right / count, measured.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Equal(Math.Exp(loss / count), measured.GetProperty("perplexity").GetDouble(), 1e-3);
        Assert.Equal((double)count / 50, measured.GetProperty("targets").GetDouble(), 1e-9);

        // Without --data the sequences that decided about the training, from the folder's settings.
        Assert.Equal(40, (await RunAsync("evaluate", Run, "--json")).Json().GetProperty("results")[0].GetProperty("sequences").GetInt32());
        Assert.Equal(7, (await RunAsync("evaluate", Run, "--data", File("test"), "--sequences", "7", "--json")).Json().GetProperty("results")[0].GetProperty("sequences").GetInt32());
    }

    [Fact]
    public async Task Numbers_are_learned_with_the_squared_error_and_predicted_as_they_are()
    {
        SequenceFiles.WriteNumbers(File("train"), 200, seed: 1, (a, b) => 2 * a - 3 * b);
        SequenceFiles.WriteNumbers(File("test"), 30, seed: 2, (a, b) => 2 * a - 3 * b);
        await RunAsync(["train", "--data", File("train"), "--loss", "squared-error", "--sequences", "6000", "--lr", "0.01", "--out", Run, .. Small]);
        var measured = (await RunAsync("evaluate", Run, "--data", File("test"), "--json")).Json().GetProperty("results")[0];
        await RunAsync("predict", Run, "--inputs", File("test"), "--out", File("out"));
        var (outputs, targets) = (SequenceFiles.Read(File("out"), "outputs"), SequenceFiles.Read(File("test"), "targets"));
        var error = outputs.Zip(targets, (o, t) => (o - t) * (double)(o - t)).Average();
        Assert.Equal(error, measured.GetProperty("meanSquaredError").GetDouble(), 1e-5);
        Assert.Equal(error, measured.GetProperty("loss").GetDouble(), 1e-5);
        // The variance of the targets is 13/12: the model has learned most of it.
        Assert.InRange(error, 0, 0.1);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, measured.GetProperty("accuracy").ValueKind);

        var table = (await RunAsync("evaluate", Run)).Output;
        Assert.Contains("mean squared error", table, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sequence_of_a_file_is_drawn()
    {
        SequenceFiles.WriteNumbers(File("train"), 20, seed: 1, (a, b) => a - b);
        await RunAsync(["train", "--data", File("train"), "--loss", "squared-error", "--sequences", "40", "--out", Run, .. Small]);
        var first = Path.Combine(_folder, "first");
        var second = Path.Combine(_folder, "second");
        await RunAsync("draw", Run, "--data", File("train"), "--out", first);
        await RunAsync("draw", Run, "--data", File("train"), "--sequence", "19", "--out", second);
        foreach (var name in (string[])["outputs.png", "outputs.svg", "memory.png", "memory.svg"])
            Assert.NotEqual(await System.IO.File.ReadAllBytesAsync(Path.Combine(first, name), Cancellation), await System.IO.File.ReadAllBytesAsync(Path.Combine(second, name), Cancellation));
        Assert.Contains("sequence 19", await System.IO.File.ReadAllTextAsync(Path.Combine(second, "outputs.svg"), Cancellation), StringComparison.Ordinal);
        var beyond = (await PaperProcess.RunAsync("draw", Run, "--data", File("train"), "--sequence", "20", "--out", second)).ExpectExit(2);
        Assert.Contains("expected 0 to 19", beyond.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_by_epochs_resumes_to_the_same_bits()
    {
        SequenceFiles.WriteSymbols(File("train"), 50, seed: 1);
        string[] training = ["train", "--data", File("train"), "--schedule", "constant", "--similar-lengths", "16", "--validation-share", "0.2", .. Small];
        await RunAsync([.. training, "--epochs", "4", "--out", Run]);
        var parts = Path.Combine(_folder, "parts");
        await RunAsync([.. training, "--epochs", "2", "--out", parts]);
        await RunAsync("train", "--resume", parts, "--epochs", "4");
        Assert.Equal(Weights(Run), Weights(parts));
        Assert.Contains("\"sequencesSeen\":160", await System.IO.File.ReadAllTextAsync(Path.Combine(parts, "result.json"), Cancellation), StringComparison.Ordinal);
        // Another file is not the same training.
        SequenceFiles.WriteSymbols(File("train"), 50, seed: 2);
        var other = await PaperProcess.RunAsync("train", "--resume", parts, "--epochs", "6");
        Assert.NotEqual(0, other.ExitCode);
        Assert.Contains("data", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_starts_with_the_weights_of_another()
    {
        SequenceFiles.WriteSymbols(File("train"), 300, seed: 1);
        string[] training = ["train", "--data", File("train"), "--lr", "0.01", "--out"];
        await RunAsync([.. training, Run, "--epochs", "15", .. Small]);
        var learned = (await RunAsync("evaluate", Run, "--json")).Json().GetProperty("results")[0].GetProperty("loss").GetDouble();
        var next = Path.Combine(_folder, "next");
        var further = (await RunAsync([.. training, next, "--sequences", "16", "--from", Run, "--json", .. Small])).Json().GetProperty("metrics").GetProperty("loss").GetDouble();
        var scratch = (await RunAsync([.. training, Path.Combine(_folder, "scratch"), "--sequences", "16", "--json", .. Small])).Json().GetProperty("metrics").GetProperty("loss").GetDouble();
        Assert.InRange(learned, 0, 0.3);
        Assert.InRange(further, 0, 2 * learned + 0.1);
        Assert.InRange(scratch, 0.9, 2);

        var wider = (await PaperProcess.RunAsync([.. training, Path.Combine(_folder, "wider"), "--from", Run, "--controller-size", "17", .. Small[2..]])).ExpectExit(2);
        Assert.Contains("of shape [64, ", wider.Error, StringComparison.Ordinal);
        var other = (await PaperProcess.RunAsync([.. training, Path.Combine(_folder, "other"), "--from", Run, .. Small, "--read-order", "after-write"])).ExpectExit(2);
        Assert.Contains("the read order BeforeWrite, not AfterWrite", other.Error, StringComparison.Ordinal);
        (await PaperProcess.RunAsync([.. training, Path.Combine(_folder, "none"), "--from", File("none"), .. Small])).ExpectExit(2);
    }

    [Fact]
    public async Task What_is_wrong_with_the_data_is_told_before_anything_is_written()
    {
        SequenceFiles.WriteSymbols(File("classes"), 20, seed: 1, hasNumber: false);
        SequenceFiles.WriteNumbers(File("numbers"), 20, seed: 1, (a, b) => a - 2);
        SequenceFiles.WriteNumbers(File("one"), 1, seed: 1, (a, b) => a);
        await System.IO.File.WriteAllTextAsync(File("damaged"), "{", Cancellation);
        await RefusedAsync(2, "--data is missing", "train", "data");
        await RefusedAsync(2, "--data is '", "train", "--data", File("none"));
        await RefusedAsync(2, "--data does not apply to the task copy", "train", "copy", "--data", File("numbers"));
        await RefusedAsync(2, "--classes is missing", "train", "--data", File("classes"));
        await RefusedAsync(2, "--classes is 3", "train", "--data", File("numbers"), "--classes", "3");
        await RefusedAsync(2, "--sequences and --epochs", "train", "--data", File("numbers"), "--sequences", "10", "--epochs", "2");
        await RefusedAsync(2, "--validation-share is 0.2", "train", "--data", File("numbers"), "--validation", File("numbers"), "--validation-share", "0.2");
        await RefusedAsync(2, "--validation is '", "train", "--data", File("numbers"), "--validation", File("none"));
        await RefusedAsync(2, "of which none can be held out", "train", "--data", File("one"));
        await RefusedAsync(2, "has 2 inputs", "evaluate", "copy", "--data", File("numbers"));
        await RefusedAsync(2, "--length and --data", "evaluate", "copy", "--data", File("numbers"), "--length", "3");
        await RefusedAsync(2, "--loss is 'x'", "evaluate", "copy", "--data", File("numbers"), "--loss", "x");
        await RefusedAsync(1, "damaged.safetensors", "train", "--data", File("damaged"));
        await RefusedAsync(1, "expected 0 to 1", "train", "--data", File("numbers"));
        await RefusedAsync(1, "expected 0 or more", "train", "--data", File("numbers"), "--loss", "softmax");
    }

    [Theory]
    [InlineData("gpu", "it must be one of cpu, cuda, cuda:N, mps")]
    [InlineData("cuda:", "it must be one of cpu, cuda, cuda:N, mps")]
    [InlineData("cuda:-1", "it must be one of cpu, cuda, cuda:N, mps")]
    [InlineData("CUDA", "it must be one of cpu, cuda, cuda:N, mps")]
    [InlineData("cuda:99", "--device is 'cuda:99'")]
    public async Task A_device_that_is_not_there_is_refused(string device, string message)
    {
        var refused = (await PaperProcess.RunAsync("train", "copy", "--device", device, "--out", Run)).ExpectExit(2);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Run => Path.Combine(_folder, "run");

    private static IEnumerable<byte[]> Weights(string run) => SafeTensorsFile.Load(Path.Combine(run, "model.safetensors")).Tensors.Select(tensor => tensor.Data.ToArray());

    private static async Task<PaperResult> RunAsync(params string[] arguments) => (await PaperProcess.RunAsync(arguments)).ExpectExit(0);

    private string File(string name) => Path.Combine(_folder, $"{name}.safetensors");

    private async Task RefusedAsync(int exitCode, string message, params string[] arguments)
    {
        var refused = (await PaperProcess.RunAsync(arguments[0] == "train" ? [.. arguments, "--out", Run] : arguments)).ExpectExit(exitCode);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unexpected", refused.Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Path.Combine(Run, "settings.json")), message);
    }

    private static long[] Integers(string path, string name)
    {
        Assert.True(SafeTensorsFile.Load(path).TryGetTensor(name, out var tensor));
        return MemoryMarshal.Cast<byte, long>(tensor.Data.Span).ToArray();
    }
}
