using Ntm.Core;
using Ntm.Training.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests.Checkpoints;

/// <summary>A model that is not a module but has some: its buffers are saved, or the training is refused.</summary>
public class PlainModelTests
{
    private const string Refusal =
        "The model SilentModel does not list its buffers, so a resumed training would begin without them; expected a model that implements ISequenceModel.named_buffers, empty if there are none, or is a torch module.";

    private static TrainingOptions Options(TemporaryFolder? folder) => new()
    {
        Sequences = 120,
        BatchSize = 8,
        EvaluationInterval = 40,
        EvaluationSequences = 20,
        StopWhenSolved = false,
        Checkpoints = folder is null ? null : new CheckpointOptions { Folder = folder.Path, Interval = 40, Minutes = 0 },
    };

    [Fact]
    public void Checkpoints_of_a_model_that_does_not_know_its_buffers_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = new SilentModel();
        var exception = Assert.Throws<ArgumentException>("model", () => new Trainer(model, new EchoTask(), Options(folder)));
        Assert.StartsWith(Refusal, exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Resuming_one_is_refused_also_without_checkpoints_of_its_own()
    {
        using var folder = new TemporaryFolder();
        using var known = new NormalisingModel();
        new Trainer(known, new EchoTask(), Options(folder)).Train();
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        using var model = new SilentModel();
        Assert.StartsWith(Refusal, Assert.Throws<ArgumentException>("model", () => new Trainer(model, new EchoTask(), Options(null)).Resume(checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_checkpoints_it_is_trained()
    {
        using var model = new SilentModel();
        Assert.Equal(TrainingOutcome.Completed, new Trainer(model, new EchoTask(), Options(null)).Train().Outcome);
    }

    /// <summary>Batch normalisation: its running means and variances change with every batch and decide evaluations.</summary>
    [Fact]
    public void Buffers_that_it_names_come_back_and_a_resumed_training_ends_in_the_same_bits()
    {
        using var whole = new TemporaryFolder();
        using var expected = new NormalisingModel();
        var uninterrupted = new Trainer(expected, new EchoTask(), Options(whole)).Train();

        using var folder = new TemporaryFolder();
        using (var model = new NormalisingModel())
        {
            using var stop = new CancellationTokenSource();
            var trainer = new Trainer(model, new EchoTask(), Options(folder));
            trainer.Observers.Add(new Recorder((call, _) =>
            {
                if (call == "evaluated 40")
                    stop.Cancel();
            }));
            Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(cancellationToken: stop.Token).Outcome);
        }

        using var other = new NormalisingModel();
        var resumed = new Trainer(other, new EchoTask(), Options(folder)).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal(uninterrupted.Evaluations, resumed.Evaluations);
        Assert.Equal(Values(expected), Values(other));
        Assert.NotEqual(0, Values(other)[^3]);

        static float[] Values(NormalisingModel model) =>
            [.. model.named_parameters().Select(p => (Tensor)p.parameter).Concat(model.named_buffers().Select(b => b.buffer)).SelectMany(t => t.to(float32).data<float>().ToArray())];
    }

    private abstract class Wrapper : ISequenceModel, IDisposable
    {
        private readonly BatchNorm1d _module = nn.BatchNorm1d(1, dtype: float32);

        protected BatchNorm1d Module => _module;

        public int InputSize => 1;

        public int OutputSize => 1;

        public Tensor Logits(Tensor inputs)
        {
            using var scope = NewDisposeScope();
            return _module.forward(inputs.reshape(-1, 1)).reshape(inputs.shape).MoveToOuterDisposeScope();
        }

        public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => _module.named_parameters(recurse);

        public void Dispose() => _module.Dispose();
    }

    private sealed class SilentModel : Wrapper;

    private sealed class NormalisingModel : Wrapper, ISequenceModel
    {
        public IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) => Module.named_buffers(recurse, include_nonpersistent);

        public IEnumerable<nn.Module> modules() => [Module];
    }
}
