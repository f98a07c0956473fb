using System.Text;
using Ntm.Core.Serialization;
using Ntm.Tests.Shared;
using Ntm.Training.Checkpoints;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

public sealed class MutatedFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>All are refused except those with other blanks in the header.</summary>
    [Fact]
    public void Damaged_checkpoints() => DamagedFiles.AreRefusedOrRead<CheckpointException>(
        WriteCheckpoint(), path => TrainingCheckpoint.Load(path), DamagedFiles.Count * 99 / 100);

    /// <summary>Damage that the checksum does not detect, because it was computed afterwards: wrong content with the right checksum.</summary>
    [Theory]
    [InlineData("ntm-checkpoint.state")]
    [InlineData("ntm-checkpoint.options")]
    public void Checkpoints_with_damaged_texts_and_the_right_checksum(string key)
    {
        var path = WriteCheckpoint();
        var whole = SafeTensorsFile.Load(path);
        DamagedFiles.AreRefusedOrRead<CheckpointException>(path, Damage, Resume, DamagedFiles.Count / 2);

        void Damage(Random random)
        {
            var text = Encoding.UTF8.GetString(FileMutations.Mutate(Encoding.UTF8.GetBytes(whole.Metadata[key]), random));
            var metadata = new Dictionary<string, string>(whole.Metadata) { [key] = text };
            metadata[CheckpointChecksum.Key] = CheckpointChecksum.Of(whole.Tensors, metadata);
            new SafeTensorsFile(whole.Tensors, metadata).Save(path);
        }

        static void Resume(string file)
        {
            using var model = new LinearModel();
            new Trainer(model, new EchoTask(), Options()).Resume(TrainingCheckpoint.Load(file));
        }
    }

    [Fact]
    public void Damaged_histories()
    {
        using var model = new LinearModel();
        var trainer = new Trainer(model, new EchoTask(), Options());
        trainer.Observers.Add(new HistoryFiles(_folder["history.csv"], _folder["history.json"]));
        trainer.Train();
        DamagedFiles.AreRefusedOrRead<InvalidDataException>(_folder["history.json"], path => HistoryFiles.Read(path), DamagedFiles.Count / 2);
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

    private string WriteCheckpoint()
    {
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(new CheckpointOptions { Folder = _folder["checkpoints"] })).Train();
        return new CheckpointFolder(_folder["checkpoints"]).Files[0];
    }
}
