using Ntm.Tasks;
using Ntm.Training.Tests.Support;
using SkiaSharp;

namespace Ntm.Training.Tests.Observers;

public class TensorBoardLogTests
{
    [Fact]
    public void A_strict_reader_finds_what_was_reported()
    {
        using var folder = new TemporaryFolder();
        using var machine = SmallMachine.Create();
        var reports = new Reports();
        var trainer = new Trainer(machine, SmallMachine.Task, new TrainingOptions
        {
            Sequences = 40,
            BatchSize = 4,
            ReportInterval = 20,
            EvaluationInterval = 20,
            EvaluationSequences = 10,
            StopWhenSolved = false,
        });
        trainer.Observers.Add(new TensorBoardLog(folder["log"]));
        var result = trainer.Train(reports);

        var values = Directory.GetFiles(folder["log"]).SelectMany(EventFile.Read).ToList();
        Assert.Equal(reports.All.Select(r => (r.Point.Sequences, (float)r.Point.MeanCost)), Numbers("training/cost"));
        Assert.Equal(reports.All.Select(r => (r.Point.Sequences, (float)r.SmoothedCost)), Numbers("training/cost, smoothed"));
        Assert.Equal(reports.All.Select(r => (r.Point.Sequences, (float)r.Point.MeanWrong)), Numbers("training/wrong bits"));
        Assert.Equal(reports.All.Select(r => (r.Point.Sequences, (float)r.GradientNorm)), Numbers("training/gradient norm"));
        Assert.Equal(reports.All.Select(r => (r.Point.Sequences, (float)r.LearningRate)), Numbers("training/learning rate"));
        Assert.Equal(result.Evaluations.Select(e => (e.Sequences, (float)e.Score.MeanCost)), Numbers("held out/cost"));
        Assert.Equal(result.Evaluations.Select(e => (e.Sequences, (float)e.Score.MeanWrong)), Numbers("held out/wrong bits"));
        // 8 locations: between even and one-hot.
        Assert.All(Numbers("heads/write, weight of the first location"), n => Assert.InRange(n.Value, 0.125f, 1f));

        var pictures = values.Where(v => v.Tag == "weightings/read head 0").ToList();
        Assert.Equal([20L, 40L], pictures.Select(p => p.Step));
        using var example = SmallMachine.Task.Batch(SequenceSeeds.HeldOut(0), 0, 1);
        using var picture = SKBitmap.Decode(pictures[^1].Picture);
        Assert.Equal((example.Inputs.size(0), 8L), (picture.Width, picture.Height));
        using var trace = machine.Trace(example.Inputs);
        var weightings = trace.ReadWeightings.data<float>().ToArray();
        for (var t = 0; t < picture.Width; t++)
            for (var n = 0; n < 8; n++)
                Assert.InRange(picture.GetPixel(t, n).Red, 255 * weightings[t * 8 + n] - 1.01f, 255 * weightings[t * 8 + n] + 1.01f);

        IEnumerable<(long Step, float Value)> Numbers(string tag) => values.Where(v => v.Tag == tag).Select(v => (v.Step, v.Number!.Value));
    }

    [Fact]
    public void The_example_of_a_data_set_without_a_test_part_is_of_its_validation_part()
    {
        using var folder = new TemporaryFolder();
        using var machine = SmallMachine.Create();
        var sequences = Enumerable.Range(1, 3).Select(steps => new Sequence([.. Enumerable.Repeat((float[])[1, 0, 1], steps)], [.. Enumerable.Repeat((float[])[0, 1], steps)])).ToList();
        var task = new DataTask("mine", new SequenceList(sequences), validation: new SequenceList(sequences[2..]));
        var trainer = new Trainer(machine, task, new TrainingOptions { Epochs = 1, StopWhenSolved = false });
        trainer.Observers.Add(new TensorBoardLog(folder["log"]));
        trainer.Train();
        var pictures = Directory.GetFiles(folder["log"]).SelectMany(EventFile.Read).Where(v => v.Tag == "weightings/read head 0").ToList();
        using var picture = SKBitmap.Decode(Assert.Single(pictures).Picture);
        Assert.Equal(3, picture.Width);
    }

    [Fact]
    public void Records_have_the_time_they_were_written_and_nothing_tells_of_the_machine()
    {
        using var folder = new TemporaryFolder();
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1e3;
        _ = new TensorBoardLog(folder["log"]);
        using var machine = SmallMachine.Create();
        var trainer = new Trainer(machine, SmallMachine.Task, new TrainingOptions { Sequences = 4, ReportInterval = 2, EvaluationSequences = 2, StopWhenSolved = false });
        trainer.Observers.Add(new TensorBoardLog(folder["log"]));
        trainer.Train();
        var after = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1e3 + 0.001;

        // Two logs begun within a second are two files.
        var files = Directory.GetFiles(folder["log"]).Order().ToList();
        Assert.Equal(2, files.Count);
        foreach (var file in files)
        {
            Assert.Matches(@"^events\.out\.tfevents\.\d{10}\.ntm$", Path.GetFileName(file));
            var records = EventFile.Records(file);
            Assert.Equal(("brain.Event:2", 0), (records[0].Version, records[0].Values.Count));
            Assert.All(records, record => Assert.InRange(record.WallTime, before, after));
            Assert.All(records.Skip(1), record => Assert.Null(record.Version));
            Assert.DoesNotContain(Environment.MachineName, System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.OrdinalIgnoreCase);
        }
    }
}
