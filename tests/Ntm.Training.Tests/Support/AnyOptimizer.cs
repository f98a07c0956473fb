namespace Ntm.Training.Tests.Support;

/// <summary>All optimizers, for tests that hold for each.</summary>
internal static class AnyOptimizer
{
    /// <summary>An optimizer with its defaults but the learning rate.</summary>
    public static OptimizerOptions Of(string name, double learningRate)
    {
        var options = OptimizerOptions.Create(name);
        options.LearningRate = learningRate;
        return options;
    }
}
