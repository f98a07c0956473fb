using System.Diagnostics;
using Ntm.Core.Serialization;
using Ntm.Tests.Shared;
using Ntm.Training.Checkpoints;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

/// <summary>Damaged checkpoints and histories give a clear error, quickly, and are left as they are.</summary>
public class MutatedFilesTests
{
    private const int Mutations = 2_000;
    private const long MostBytes = 100_000_000;

    [Fact]
    public void Damaged_checkpoints()
    {
        using var folder = new TemporaryFolder();
        var file = WriteCheckpoint(folder);
        var refused = Mutate(folder["damaged.safetensors"], File.ReadAllBytes(file), path => TrainingCheckpoint.Load(path), typeof(CheckpointException));
        // All but changes of blanks in the header.
        Assert.InRange(refused, Mutations * 99 / 100, Mutations);
    }

    /// <summary>What the checksum does not catch, for it was made afterwards: wrong content behind the right one.</summary>
    [Theory]
    [InlineData("ntm-checkpoint.state")]
    [InlineData("ntm-checkpoint.options")]
    public void Checkpoints_with_damaged_texts_and_the_right_checksum(string key)
    {
        using var folder = new TemporaryFolder();
        var file = SafeTensorsFile.Load(WriteCheckpoint(folder));
        var random = new Random(1410);
        var path = folder["damaged.safetensors"];
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var text = System.Text.Encoding.UTF8.GetString(FileMutations.Mutate(System.Text.Encoding.UTF8.GetBytes(file.Metadata[key]), random));
            var metadata = new Dictionary<string, string>(file.Metadata) { [key] = text };
            metadata[CheckpointChecksum.Key] = CheckpointChecksum.Of(file.Tensors, metadata);
            new SafeTensorsFile(file.Tensors, metadata).Save(path);
            refused += IsRefused(path, p =>
            {
                using var model = new LinearModel();
                new Trainer(model, new EchoTask(), Options()).Resume(TrainingCheckpoint.Load(p));
            }, typeof(CheckpointException)) ? 1 : 0;
        }

        Assert.InRange(refused, Mutations / 2, Mutations);
    }

    [Fact]
    public void Damaged_histories()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var trainer = new Trainer(model, new EchoTask(), Options());
        trainer.Observers.Add(new HistoryFiles(folder["history.csv"], folder["history.json"]));
        trainer.Train();
        var refused = Mutate(folder["damaged.json"], File.ReadAllBytes(folder["history.json"]), path => HistoryFiles.Read(path), typeof(InvalidDataException));
        Assert.InRange(refused, Mutations / 2, Mutations);
    }

    private static TrainingOptions Options(CheckpointOptions? checkpoints = null) => new()
    {
        Sequences = 100,
        BatchSize = 10,
        ReportInterval = 20,
        EvaluationInterval = 50,
        EvaluationSequences = 5,
        StopWhenSolved = false,
        Checkpoints = checkpoints,
    };

    private static string WriteCheckpoint(TemporaryFolder folder)
    {
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(new CheckpointOptions { Folder = folder["checkpoints"] })).Train();
        return new CheckpointFolder(folder["checkpoints"]).Files[0];
    }

    private static int Mutate(string path, byte[] original, Action<string> load, Type expected)
    {
        var random = new Random(1410);
        var refused = 0;
        File.WriteAllBytes(path, original);
        Assert.False(IsRefused(path, load, expected));
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Mutations; i++)
        {
            var damaged = FileMutations.Mutate(original, random);
            File.WriteAllBytes(path, damaged);
            refused += IsRefused(path, load, expected) ? 1 : 0;
            Assert.Equal(damaged, File.ReadAllBytes(path));
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(120));
        return refused;
    }

    private static bool IsRefused(string path, Action<string> load, Type expected)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exception? exception = null;
        try
        {
            load(path);
        }
        catch (Exception e)
        {
            exception = e;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        if (exception is null)
            return false;
        Assert.IsType(expected, exception);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        return true;
    }
}
