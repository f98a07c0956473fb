using Ntm.Core;
using Ntm.Training.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

/// <summary>A model with dropout is evaluated without it, and every module's mode is restored afterwards.</summary>
public class ModuleModeTests
{
    [Fact]
    public void An_evaluation_is_without_dropout()
    {
        using var model = new DropoutModel();
        var score = Evaluator.Evaluate(model, new EchoTask(), sequences: 200, seed: 4);
        using var linear = new LinearModel();
        Assert.Equal(Evaluator.Evaluate(linear, new EchoTask(), sequences: 200, seed: 4).MeanCost, score.MeanCost, 1e-5);
        Assert.Equal(score, Evaluator.EvaluateGroups(model, new EchoTask(), sequences: 200, seed: 4).Total);
        Assert.All(model.Calls, c => Assert.Equal((false, false), c));
    }

    [Fact]
    public void Every_module_has_its_own_mode_back()
    {
        // Each combination of six modules, of which one is below two others and so is set by both.
        using var model = new DropoutModel();
        var modules = model.named_modules().Select(m => m.module).Distinct().ToList();
        Assert.Equal(6, modules.Count);
        for (var combination = 0; combination < 128; combination++)
        {
            model.train((combination & 64) != 0);
            foreach (var _ in modules)
            {
                for (var m = 0; m < modules.Count; m++)
                    if (modules[m].training != ((combination >> m & 1) != 0))
                        modules[m].train((combination >> m & 1) != 0);
            }

            var before = model.Modes;
            Assert.Equal(combination, modules.Select((m, i) => m.training ? 1 << i : 0).Sum() + (model.training ? 64 : 0));
            Evaluator.Evaluate(model, new EchoTask(), sequences: 2);
            Assert.Equal(before, model.Modes);
            Assert.Equal((false, false), model.Calls[^1]);
        }
    }

    [Fact]
    public void Modes_come_back_after_a_failure_and_after_cancelling()
    {
        using var model = new DropoutModel { OnForward = () => throw new InvalidDataException() };
        Assert.Throws<InvalidDataException>(() => Evaluator.Evaluate(model, new EchoTask()));
        Assert.DoesNotContain(false, model.Modes.Values);
        Assert.Throws<OperationCanceledException>(() => Evaluator.Evaluate(model, new EchoTask(), cancellationToken: new CancellationToken(canceled: true)));
        Assert.DoesNotContain(false, model.Modes.Values);
    }

    [Fact]
    public void A_training_is_in_train_mode_and_its_evaluations_are_not()
    {
        using var model = new DropoutModel();
        var result = new Trainer(model, new EchoTask(), Options()).Train();
        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.Equal([true, true, false, true, true, false], model.Calls.Select(c => c.IsTraining));
        Assert.All(model.Calls, c => Assert.Equal(c.IsTraining, c.AnyInTrainMode));
        Assert.DoesNotContain(false, model.Modes.Values);
    }

    [Fact]
    public void A_model_in_eval_mode_is_trained_in_train_mode_and_has_its_modes_back()
    {
        using var model = new DropoutModel();
        model.eval();
        new Trainer(model, new EchoTask(), Options()).Train();
        Assert.All(model.Calls, c => Assert.Equal(c.IsTraining, c.AnyInTrainMode));
        Assert.DoesNotContain(true, model.Modes.Values);

        // Also if the training fails or is cancelled.
        model.OnForward = () => throw new InvalidDataException();
        Assert.Throws<InvalidDataException>(() => new Trainer(model, new EchoTask(), Options()).Train());
        Assert.DoesNotContain(true, model.Modes.Values);
        using var stop = new CancellationTokenSource();
        model.OnForward = stop.Cancel;
        Assert.Equal(TrainingOutcome.Cancelled, new Trainer(model, new EchoTask(), Options()).Train(cancellationToken: stop.Token).Outcome);
        Assert.DoesNotContain(true, model.Modes.Values);
    }

    [Fact]
    public void A_part_that_was_put_into_eval_mode_stays_in_it_while_the_model_is_trained()
    {
        using var model = new DropoutModel();
        model.named_modules().Single(m => m.name == "first").module.eval();
        var before = model.Modes;
        var modes = new List<Dictionary<string, bool>>();
        model.OnForward = () => modes.Add(model.Modes);
        new Trainer(model, new EchoTask(), Options()).Train();
        Assert.Equal(before, modes[0]);
        Assert.Equal(before, modes[3]);
        Assert.Equal(before, model.Modes);
    }

    [Fact]
    public void A_cancelled_evaluation_within_a_training_gives_the_modes_back()
    {
        using var model = new DropoutModel();
        using var stop = new CancellationTokenSource();
        var options = Options();
        options.EvaluationSequences = 1000;
        model.OnForward = () =>
        {
            if (!model.Calls[^1].IsTraining)
                stop.Cancel();
        };
        Assert.Equal(TrainingOutcome.Cancelled, new Trainer(model, new EchoTask(), options).Train(cancellationToken: stop.Token).Outcome);
        Assert.DoesNotContain(false, model.Modes.Values);
    }

    [Fact]
    public void The_last_of_several_threads_gives_the_modes_back()
    {
        using var model = new DropoutModel();
        using (EvaluationMode.Enter(model))
        {
            using (EvaluationMode.Enter(model))
                Assert.DoesNotContain(true, model.Modes.Values);
            Assert.DoesNotContain(true, model.Modes.Values);
        }

        Assert.DoesNotContain(false, model.Modes.Values);
    }

    [Fact]
    public void The_modules_that_a_plain_model_names_are_put_into_eval_mode_as_well()
    {
        using var dropout = nn.Dropout(0.5);
        using var plain = new PlainModel(dropout);
        Evaluator.Evaluate(plain, new EchoTask(), sequences: 10);
        Assert.Equal([false], plain.Modes);
        Assert.True(dropout.training);
        dropout.eval();
        new Trainer(plain, new EchoTask(), Options()).Train();
        Assert.Equal([false, true, true, false, true, true, false], plain.Modes);
        Assert.False(dropout.training);
    }

    /// <summary>Two updates, an evaluation in one batch, and that once more.</summary>
    private static TrainingOptions Options() => new()
    {
        Sequences = 32,
        BatchSize = 8,
        EvaluationInterval = 16,
        EvaluationSequences = 20,
        StopWhenSolved = false,
    };

    /// <summary>Not a module itself.</summary>
    private sealed class PlainModel(Dropout dropout) : ISequenceModel, IDisposable
    {
        private readonly Parameter _weight = new(ones(1, dtype: float32));

        public int InputSize => 1;

        public int OutputSize => 1;

        public List<bool> Modes { get; } = [];

        public Tensor Logits(Tensor inputs)
        {
            Modes.Add(dropout.training);
            using var scaled = inputs * _weight;
            return dropout.forward(scaled);
        }

        public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => [("weight", _weight)];

        public IEnumerable<nn.Module> modules() => [dropout];

        public void Dispose() => _weight.Dispose();
    }
}
