using Ntm.Core;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Steps;

/// <summary>A model with its own pass is trained and evaluated by it; the type of the model does not matter.</summary>
public class FastModelTests
{
    private static TrainingOptions Options => new()
    {
        Sequences = 400,
        BatchSize = 8,
        ReportInterval = 40,
        EvaluationInterval = 200,
        EvaluationSequences = 30,
        StopWhenSolved = false,
        Optimizer = new Adam { LearningRate = 0.05 },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_pass_trains_and_evaluates_and_autograd_is_not_used(bool asTensors)
    {
        using var fast = new FastModel();
        using var slow = new LinearModel();
        var actual = new Trainer(fast, new EchoTask(), Options) { UsesTensors = asTensors }.Train();
        var expected = new Trainer(slow, new EchoTask(), Options) { UsesTensors = asTensors }.Train();
        Assert.Equal(0, fast.SlowCalls);
        Assert.Equal(50, fast.Passes[0].Trained);
        Assert.Equal([1, 1], fast.Passes.Skip(1).Select(p => p.Evaluated));
        Assert.All(fast.Asked, loss => Assert.Equal(LossKind.BinaryCrossEntropy, loss));
        Assert.All(fast.Passes, pass => Assert.True(pass.IsDisposed));
        // The same model by autograd; Adam makes of a rounded gradient an update of another last digit.
        Assert.All(slow.Values().Zip(fast.Values()), p => Assert.Equal(p.First, p.Second, 1e-3f));
        Assert.All(expected.History.Zip(actual.History), p => Assert.Equal(p.First.MeanCost, p.Second.MeanCost, 1e-3));
        Assert.All(expected.Evaluations.Zip(actual.Evaluations), p => Assert.Equal(p.First.Score.MeanCost, p.Second.Score.MeanCost, 1e-3));
    }

    [Fact]
    public void Its_logits_are_those_of_groups_of_channels()
    {
        using var model = new FastModel();
        var split = Evaluator.EvaluateGroups(model, new EchoTask(), sequences: 30, batchSize: 8);
        Assert.Equal((0, 4), (model.SlowCalls, Assert.Single(model.Passes).Evaluated));
        Assert.Equal(split.Total.LossSum, Assert.Single(split.Groups).Score.LossSum, 1e-5 * split.Total.LossSum);
    }

    [Fact]
    public void A_model_that_has_none_for_the_loss_is_trained_by_autograd()
    {
        using var model = new FastModel { Has = null };
        var result = new Trainer(model, new EchoTask(), Options).Train();
        // 50 updates and two evaluations of one batch.
        Assert.Equal(52, model.SlowCalls);
        Assert.True(result.History[^1].MeanCost < 0.5 * result.History[0].MeanCost);
        Assert.Equal(3, model.Asked.Count);
    }

    [Fact]
    public void One_of_whose_parameters_some_are_not_trained_is_trained_by_autograd()
    {
        using var model = new FastModel();
        model.named_parameters().Last().parameter.requires_grad = false;
        new Trainer(model, new EchoTask(), Options).Train();
        Assert.Equal(50, model.SlowCalls);
        Assert.All(model.Passes, pass => Assert.Equal(0, pass.Trained));
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, "offset", "computes the loss BinaryCrossEntropy and has [weight at 0: 1, offset at 1: 1, trap at 2: 1]")]
    [InlineData(LossKind.SquaredError, "bias", "computes the loss SquaredError and has [weight at 0: 1, bias at 1: 1, trap at 2: 1]")]
    public void A_pass_of_another_loss_or_of_other_parameters_is_refused(LossKind loss, string bias, string has)
    {
        using var model = new FastModel { Has = loss, BiasName = bias };
        var before = model.Values();
        var exception = Assert.Throws<InvalidOperationException>(() => new Trainer(model, new EchoTask(), Options).Train());
        Assert.Equal(
            $"The pass of FastModel {has}; expected BinaryCrossEntropy and [weight at 0: 1, bias at 1: 1, trap at 2: 1], like its named_parameters().", exception.Message);
        Assert.True(Assert.Single(model.Passes).IsDisposed);
        Assert.Equal(before, model.Values());
    }
}
