using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

/// <summary>Trainings and evaluations on data sets.</summary>
public class DataTrainingTests
{
    /// <summary>Sequences of 1 to 5 steps, whose target is their first input.</summary>
    private static Sequence[] Sequences(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(i =>
    {
        var random = new TaskRandom(77, i);
        var inputs = Enumerable.Range(0, 1 + i % 5).Select(_ => new float[3]).ToArray();
        foreach (var input in inputs)
            random.NextBits(input);
        return new Sequence(inputs, [.. inputs.Select(input => input[..2])], [.. inputs.Select((_, t) => t % 3 == 1 ? 0.5f : 1)]);
    })];

    private static TrainingOptions Options(TemporaryFolder folder, Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Epochs = 4,
            BatchSize = 8,
            ReportInterval = 20,
            EvaluationInterval = 37,
            StopWhenSolved = false,
            Optimizer = { LearningRate = 1e-3 },
            Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 24, Minutes = 0, KeepLast = 100 },
        };
        change?.Invoke(options);
        return options;
    }

    public static TheoryData<string> Kinds => ["list", "list in order", "list of similar lengths", "stream", "stream of similar lengths", "file"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void From_every_checkpoint_a_training_ends_in_the_same_bits(string kind)
    {
        using var folder = new TemporaryFolder();
        using var data = new TemporaryFolder();
        using var file = kind == "file" ? DataFiles.Write(data["data.safetensors"], Sequences(37)) : null;
        // No multiple of the batch size, so that batches hold the end of one epoch and the start of the next.
        DataTask Task() => kind switch
        {
            "list" => new DataTask("mine", new SequenceList(Sequences(37)), validation: new SequenceList(Sequences(9, 50))),
            "list in order" => new DataTask("mine", new SequenceList(Sequences(37)), new DataTaskOptions { Shuffle = false }),
            "list of similar lengths" => new DataTask("mine", new SequenceList(Sequences(37)), new DataTaskOptions { SimilarLengths = 8 }),
            "file" => new DataTask("mine", file!, new DataTaskOptions { SimilarLengths = 8 }),
            "stream" => new DataTask("mine", new StreamedSequences(Sequences(37), window: 10), validation: new SequenceList(Sequences(9, 50))),
            _ => new DataTask("mine", new StreamedSequences(Sequences(37), window: 16), new DataTaskOptions { SimilarLengths = 8 }, new SequenceList(Sequences(9, 50))),
        };
        void Length(TrainingOptions options)
        {
            if (kind.StartsWith("stream", StringComparison.Ordinal))
                (options.Epochs, options.Sequences) = (null, 148);
        }

        using var machine = SmallMachine.Create();
        machine.Engine = EngineKind.Cpu;
        var expected = new Trainer(machine, Task(), Options(folder, Length)).Train();
        Assert.Equal(TrainingOutcome.Completed, expected.Outcome);
        var files = new CheckpointFolder(folder.Path).Files;
        Assert.True(files.Count >= 6);
        foreach (var checkpoint in files)
        {
            using var elsewhere = new TemporaryFolder();
            using var other = SmallMachine.Create(seed: 5);
            other.Engine = EngineKind.Cpu;
            var resumed = new Trainer(other, Task(), Options(elsewhere, Length)).Resume(TrainingCheckpoint.Load(checkpoint));
            Assert.Equal(SmallMachine.Values(machine), SmallMachine.Values(other));
            Assert.Equal(expected.Evaluations, resumed.Evaluations);
            Assert.Equal(expected.History.Select(p => (p.Sequences, p.MeanCost)), resumed.History.Select(p => (p.Sequences, p.MeanCost)));
        }
    }

    [Fact]
    public void Other_data_are_refused_when_a_training_resumes()
    {
        using var folder = new TemporaryFolder();
        using var machine = SmallMachine.Create();
        new Trainer(machine, new DataTask("mine", new SequenceList(Sequences(40))), Options(folder)).Train();
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        Sequence[] changed = [.. Sequences(40)];
        changed[23] = Sequences(1, 60)[0];
        foreach (var other in (DataTask[])
            [
                new("mine", new SequenceList(changed)), new("mine", new SequenceList(Sequences(41))),
                new("mine", new SequenceList(Sequences(40)), new DataTaskOptions { Shuffle = false }),
                new("mine", new SequenceList(Sequences(40)), new DataTaskOptions { SplitSeed = 1 }),
                new("mine", new SequenceList(Sequences(36)), validation: new SequenceList(Sequences(4, 36))),
            ])
        {
            var exception = Assert.Throws<CheckpointException>(() => new Trainer(machine, other, Options(folder)).Resume(checkpoint));
            Assert.EndsWith("data: found those of a task mine with other options or data; expected the task's own.", exception.Message, StringComparison.Ordinal);
        }

        _ = new Trainer(machine, new DataTask("mine", new SequenceList(Sequences(40))), Options(folder)).Resume(checkpoint);
    }

    [Fact]
    public void Epochs_are_the_training_sequences_times_their_number()
    {
        using var machine = SmallMachine.Create();
        var progress = new Reports();
        var task = new DataTask("mine", new SequenceList(Sequences(37)), validation: new SequenceList(Sequences(9, 50)));
        var trainer = new Trainer(machine, task, new TrainingOptions { Epochs = 3, BatchSize = 4, ReportInterval = 37, StopWhenSolved = false });
        TrainingContext? context = null;
        trainer.Observers.Add(new Recorder((_, training) => context = training));
        var result = trainer.Train(progress);
        Assert.Equal(111, result.SequencesSeen);
        Assert.Equal(progress.All.Select(p => p.Point.Sequences / 37.0), progress.All.Select(p => p.Epoch!.Value));
        Assert.Equal(3, progress.All[^1].Epoch);
        Assert.Equal((111, 3), (context!.Options.Sequences, context.Options.Epochs));
    }

    [Fact]
    public void Epochs_are_refused_where_they_mean_nothing()
    {
        using var machine = SmallMachine.Create();
        var both = new TrainingOptions { Epochs = 2, Sequences = 100 };
        Assert.Contains("TrainingOptions.Epochs is 2; it must be null where Sequences is set, which is 100.",
            Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => new Trainer(machine, SmallMachine.Task, both)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The task copy does not know the number of its training sequences, and Epochs is 2; expected Sequences instead.",
            Assert.Throws<ArgumentException>("task", () => new Trainer(machine, SmallMachine.Task, new TrainingOptions { Epochs = 2 })).Message, StringComparison.Ordinal);
        var stream = new DataTask("mine", new StreamedSequences(Sequences(5)), validation: new SequenceList(Sequences(5)));
        Assert.Throws<ArgumentException>("task", () => new Trainer(machine, stream, new TrainingOptions { Epochs = 2 }));
    }

    [Fact]
    public void Evaluations_without_a_validation_part_are_refused_before_the_training()
    {
        using var machine = SmallMachine.Create();
        var task = new DataTask("mine", new SequenceList(Sequences(5)), new DataTaskOptions { ValidationShare = 0 });
        Assert.StartsWith("The task mine has no validation part, and EvaluationInterval is 2000; expected a validation part, or 0, with StopWhenSolved false.",
            Assert.Throws<ArgumentException>("task", () => new Trainer(machine, task)).Message, StringComparison.Ordinal);
        var result = new Trainer(machine, task, new TrainingOptions { Epochs = 2, EvaluationInterval = 0, StopWhenSolved = false }).Train();
        Assert.Empty(result.Evaluations);
        Assert.Equal("The task mine has no test part; expected one, or a DataTaskOptions.TestShare above 0.",
            Assert.Throws<InvalidOperationException>(() => Evaluator.Evaluate(machine, task)).Message);
    }

    [Fact]
    public void Evaluations_use_every_sequence_once()
    {
        using var machine = SmallMachine.Create();
        var task = new DataTask("mine", new SequenceList(Sequences(10)), validation: new SequenceList(Sequences(301, 20)), test: new SequenceList(Sequences(250, 400)));
        var score = Evaluator.Evaluate(machine, task, sequences: 1_000);
        Assert.Equal(250, score.Sequences);
        Assert.Equal(Evaluator.Evaluate(machine, task, sequences: 250, seed: 9), score);
        Assert.Equal(30, Evaluator.Evaluate(machine, task, sequences: 30).Sequences);
        Assert.Equal(250, Evaluator.EvaluateGroups(machine, task).Total.Sequences);

        // During a training: all of the validation part, and the same ones each time.
        var result = new Trainer(machine, task, new TrainingOptions { Sequences = 8, EvaluationInterval = 4, StopWhenSolved = false, Optimizer = { LearningRate = 1e-9 } }).Train();
        Assert.Equal([301, 301], result.Evaluations.Select(e => e.Score.Sequences));
        Assert.Equal(result.Evaluations[0].Score.MeanCost, result.Evaluations[1].Score.MeanCost, 1e-4);
        var reported = new DataTask("mine", new SequenceList(Sequences(10)), test: new SequenceList(Sequences(301, 20)));
        Assert.Equal(Evaluator.Evaluate(machine, reported).MeanCost, result.Evaluations[1].Score.MeanCost, 1e-4);
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.SoftmaxCrossEntropy)]
    [InlineData(LossKind.SquaredError)]
    public void Engines_and_autograd_weight_the_steps_as_a_plain_computation_does(LossKind loss)
    {
        // A step of weight w counts like w sequences of which only this step counts.
        using var machine = SmallMachine.Create();
        float[][] inputs = [[1, 0, 1], [0, 1, 1], [1, 1, 0]];
        float[] weights = [0.5f, 0, 3];
        var whole = Task(Sequence.WithClasses(inputs, [0, -1, 1], weights));
        var (first, last) = (Task(Sequence.WithClasses(inputs, [0, -1, -1], [1, 0, 0])), Task(Sequence.WithClasses(inputs, [-1, -1, 1], [0, 0, 1])));
        foreach (var engine in (EngineKind[])[EngineKind.Reference, EngineKind.Cpu])
        {
            machine.Engine = engine;
            var (score, gradient) = Gradient(whole);
            var ((one, gradientOfOne), (other, gradientOfOther)) = (Gradient(first), Gradient(last));
            Assert.Equal(0.5 * one.LossSum + 3 * other.LossSum, score.LossSum, 1e-4);
            Assert.Equal(one.WrongSum + other.WrongSum, score.WrongSum);
            Assert.Equal(one.CountSum + other.CountSum, score.CountSum);
            for (var i = 0; i < gradient.Length; i++)
                Assert.Equal(0.5 * gradientOfOne[i] + 3 * gradientOfOther[i], gradient[i], 1e-4);
            Assert.Equal(score.LossSum, Evaluator.Evaluate(machine, whole).LossSum, 1e-4);
            var groups = Evaluator.EvaluateGroups(machine, whole);
            Assert.Equal(score.LossSum, groups.Groups.Sum(g => g.Score.LossSum), 1e-4);
        }

        DataTask Task(Sequence sequence) => new(
            "mine", new SequenceList([sequence], 2),
            new DataTaskOptions { Loss = loss, ChannelGroups = [new ChannelGroup("a", 0, 1), new ChannelGroup("b", 1, 1)] }, test: new SequenceList([sequence], 2));

        (SequenceScore Score, float[] Gradient) Gradient(DataTask task)
        {
            using var parameters = new FlatParameters(machine, asTensors: false);
            using var step = Training.Steps.TrainingStep.Create(machine, new Training.Steps.TaskLoss(task), parameters);
            using var batch = new BatchBuffer(task);
            batch.Fill(SequenceSeeds.Training(1), 0, 1);
            var score = step.Run(batch);
            return (score, step.Gradient.Values.ToArray());
        }
    }

    [Fact]
    public void What_is_fed_wrong_is_refused_before_the_model_is_called()
    {
        using var model = new LinearModel();
        var task = new DataTask("mine", new SequenceList([new Sequence([[1]], [[2]])]), new DataTaskOptions { ValidationShare = 0 });
        Assert.Equal("The task mine drew the target 2 in sequence 0 (training part), step 0, channel 0; expected 0 to 1.",
            Assert.Throws<InvalidOperationException>(() => new Trainer(model, task, new TrainingOptions { Epochs = 1, EvaluationInterval = 0, StopWhenSolved = false }).Train()).Message);
        Assert.Empty(model.Training);
    }
}
