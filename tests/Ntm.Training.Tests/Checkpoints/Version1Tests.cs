using System.Text.Json.Nodes;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Training.Checkpoints;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

/// <summary>
/// Checkpoints of version 1, in the folder of that name: the linear model on the echo task, saved after 48 and after 120 sequences by the library
/// that wrote them. Optimizers had their numbers in one record with all others'.
/// </summary>
public class Version1Tests
{
    public static TheoryData<string> Optimizers => ["graves-rmsprop", "rmsprop", "adam"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_training_of_version_1_ends_as_it_would_have_ended(string optimizer)
    {
        var values = Resume(Load(optimizer, 48), Options(optimizer));
        using var model = new LinearModel();
        // Sums of other machines may round otherwise.
        ModelWeights.Write(model, SafeTensorsFile.Load(FileOf(optimizer, 120)), "the end");
        Assert.All(model.Values().Zip(values), p => Assert.Equal(p.First, p.Second, 1e-6f));
        Assert.NotEqual(Values(Load(optimizer, 48)), values);
    }

    /// <summary>Bit-identical to a resume from the same state in the current layout.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void It_resumes_bit_for_bit_as_from_a_new_file_of_the_same_state(string optimizer)
    {
        using var folder = new TemporaryFolder();
        var old = Load(optimizer, 48);
        var options = Options(optimizer);
        var file = folder["new.safetensors"];
        using (var model = new LinearModel())
        {
            using var parameters = new FlatParameters(model);
            using var state = options.Optimizer.CreateFor(parameters);
            old.Restore(model, state, null);
            CheckpointFile.Save(file, new SavedLoss(LossKind.BinaryCrossEntropy, IsFunction: false), ModelWeights.Read(model), state, null, old.State, options, old.History, old.Evaluations, old.Metadata);
        }

        Assert.Equal("2", SafeTensorsFile.Load(file).Metadata["ntm-checkpoint.version"]);
        Assert.Equal(Resume(TrainingCheckpoint.Load(file), options), Resume(old, options));
        Assert.Equal("kept", TrainingCheckpoint.Load(file).Metadata["note"]);
    }

    [Theory]
    [InlineData("graves-rmsprop", "Epsilon")]
    [InlineData("rmsprop", "Alpha")]
    [InlineData("adam", "Beta2")]
    public void Another_number_of_the_optimizer_is_refused_by_name(string optimizer, string property)
    {
        var options = Options(optimizer);
        options.Optimizer.GetType().GetProperty(property)!.SetValue(options.Optimizer, 0.123);
        var message = Assert.Throws<CheckpointException>(() => Resume(Load(optimizer, 48), options)).Message;
        Assert.Contains($"{property} 0.123, like the training to resume", message, StringComparison.Ordinal);
        options.Optimizer = new Sgd();
        Assert.Contains($"options: found Optimizer {optimizer}", Assert.Throws<CheckpointException>(() => Resume(Load(optimizer, 48), options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optimizer", "lion", "expected graves-rmsprop, rmsprop or adam")]
    [InlineData("optimizer", null, "null")]
    public void Damaged_options_are_refused(string key, string? value, string expected)
    {
        using var folder = new TemporaryFolder();
        var file = SafeTensorsFile.Load(FileOf("adam", 48));
        var metadata = file.Metadata.ToDictionary();
        var options = JsonNode.Parse(metadata["ntm-checkpoint.options"])!.AsObject();
        options.Remove(char.ToUpperInvariant(key[0]) + key[1..]);
        options.Insert(0, char.ToUpperInvariant(key[0]) + key[1..], value);
        metadata["ntm-checkpoint.options"] = options.ToJsonString();
        metadata.Remove(CheckpointChecksum.Key);
        metadata[CheckpointChecksum.Key] = CheckpointChecksum.Of(file.Tensors, metadata);
        new SafeTensorsFile(file.Tensors, metadata).Save(folder["damaged"]);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => TrainingCheckpoint.Load(folder["damaged"])).Message, StringComparison.Ordinal);
    }

    private static TrainingOptions Options(string optimizer) => new()
    {
        Optimizer = optimizer switch
        {
            "graves-rmsprop" => new GravesRmsProp { LearningRate = 0.01, Alpha = 0.9, Momentum = 0.8, Epsilon = 1e-4 },
            "rmsprop" => new RmsProp { LearningRate = 0.01, Alpha = 0.9, Momentum = 0.8, Epsilon = 1e-3 },
            _ => new Adam { LearningRate = 0.01, Beta1 = 0.85, Beta2 = 0.99, Epsilon = 1e-8 },
        },
        GradientClipping = optimizer switch { "graves-rmsprop" => new ClipByValue(), "rmsprop" => new ClipByValue { ClipValue = 0.5 }, _ => new NoClipping() },
        Schedule = LearningRateSchedule.Cosine,
        FinalRate = 0.1,
        BatchSize = 8,
        Sequences = 120,
        Seed = 3,
        EvaluationInterval = 40,
        EvaluationSequences = 20,
        StopWhenSolved = false,
    };

    private static float[] Resume(TrainingCheckpoint checkpoint, TrainingOptions options)
    {
        using var model = new LinearModel();
        Assert.Equal(TrainingOutcome.Completed, new Trainer(model, new EchoTask(), options).Resume(checkpoint).Outcome);
        return model.Values();
    }

    private static float[] Values(TrainingCheckpoint checkpoint)
    {
        using var model = new LinearModel();
        using var parameters = new FlatParameters(model);
        using var optimizer = Options(checkpoint.Options.Optimizer.Name).Optimizer.CreateFor(parameters);
        checkpoint.Restore(model, optimizer, null);
        return model.Values();
    }

    private static TrainingCheckpoint Load(string optimizer, int sequences) => TrainingCheckpoint.Load(FileOf(optimizer, sequences));

    private static string FileOf(string optimizer, int sequences) => Path.Combine(AppContext.BaseDirectory, "Checkpoints", "Version1", $"{optimizer}-{sequences}.safetensors");
}
