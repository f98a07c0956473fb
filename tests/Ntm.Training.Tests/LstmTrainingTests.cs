using Ntm.Core;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

/// <summary>The LSTM network goes through the same loop and the same optimizers as a machine.</summary>
public class LstmTrainingTests
{
    [Theory]
    [InlineData(OptimizerKind.Adam, 0.01)]
    [InlineData(OptimizerKind.RmsProp, 0.003)]
    [InlineData(OptimizerKind.GravesRmsProp, 0.003)]
    public void It_learns_with_every_optimizer(OptimizerKind optimizer, double learningRate)
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
        Train(network, OptimizerKind.Adam, 0.01, sequences: 8);
        Assert.All(network.named_parameters(), p => Assert.NotEqual(before[p.name], p.parameter.data<float>().ToArray()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        using var first = SmallMachine.CreateLstm();
        using var second = SmallMachine.CreateLstm();
        Train(first, OptimizerKind.RmsProp, 0.003, sequences: 200);
        Train(second, OptimizerKind.RmsProp, 0.003, sequences: 200);
        Assert.Equal(SmallMachine.Values(first), SmallMachine.Values(second));
    }

    private static void Train(LstmNetwork network, OptimizerKind optimizer, double learningRate, long sequences) => new Trainer(network, SmallMachine.Task, new TrainingOptions
    {
        Optimizer = optimizer,
        LearningRate = learningRate,
        BatchSize = 4,
        Sequences = sequences,
        StopWhenSolved = false,
        EvaluationInterval = 0,
    }).Train();
}
