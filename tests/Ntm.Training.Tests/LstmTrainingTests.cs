using Ntm.Core;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

/// <summary>The LSTM network uses the same loop and the same optimizers as a machine.</summary>
public class LstmTrainingTests
{
    [Theory]
    [InlineData("adam", 0.01)]
    [InlineData("rmsprop", 0.003)]
    [InlineData("graves-rmsprop", 0.003)]
    [InlineData("adamw", 0.01)]
    public void It_learns_with_every_optimizer(string optimizer, double learningRate)
    {
        using var network = SmallMachine.CreateLstm();
        var before = Evaluator.Evaluate(network, SmallMachine.Task, sequences: 100).MeanCost;
        Train(network, optimizer, learningRate, sequences: 4_000);
        var after = Evaluator.Evaluate(network, SmallMachine.Task, sequences: 100).MeanCost;
        // 4 bits on average, which cost one bit each before anything is learned.
        Assert.InRange(before, 3, 6);
        Assert.InRange(after, 0, before / 2);
    }

    [Fact]
    public void Every_parameter_is_trained()
    {
        using var network = SmallMachine.CreateLstm();
        var before = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.data<float>().ToArray());
        Train(network, "adam", 0.01, sequences: 8);
        Assert.All(network.named_parameters(), p => Assert.NotEqual(before[p.name], p.parameter.data<float>().ToArray()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        using var first = SmallMachine.CreateLstm();
        using var second = SmallMachine.CreateLstm();
        Train(first, "rmsprop", 0.003, sequences: 200);
        Train(second, "rmsprop", 0.003, sequences: 200);
        Assert.Equal(SmallMachine.Values(first), SmallMachine.Values(second));
    }

    private static void Train(LstmNetwork network, string optimizer, double learningRate, long sequences) => new Trainer(network, SmallMachine.Task, new TrainingOptions
    {
        Optimizer = AnyOptimizer.Of(optimizer, learningRate),
        BatchSize = 4,
        Sequences = sequences,
        StopWhenSolved = false,
        EvaluationInterval = 0,
    }).Train();
}
