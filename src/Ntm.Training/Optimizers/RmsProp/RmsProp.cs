using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Training.Optimizers;

namespace Ntm.Training;

/// <summary>RMSprop with momentum, in torch's form, not centered. The default learning rate, alpha and momentum are Graves', with which these
/// tasks are learned soonest; torch's are 0.01, 0.99 and 0.</summary>
public sealed class RmsProp : OptimizerOptions
{
    /// <summary>Creates the optimizer with its default values.</summary>
    public RmsProp()
        : base(learningRate: 1e-4)
    {
    }

    /// <summary>The decay of the running mean of squared gradients.</summary>
    /// <value>The default value is 0.95.</value>
    [Description("Decay of the mean squared gradient.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Alpha { get; set; } = 0.95;

    /// <summary>The momentum.</summary>
    /// <value>The default value is 0.9.</value>
    [Description("The momentum.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; set; } = 0.9;

    /// <summary>The number that keeps the optimizer from dividing by zero.</summary>
    /// <value>The default value is 1e-8, torch's.</value>
    [Description("Keeps the optimizer from dividing by zero.")]
    [Range(1e-30, 1.0)]
    public double Epsilon { get; set; } = 1e-8;

    internal override FlatOptimizer CreateFor(FlatParameters parameters) => FlatOptimizer.Of(new RmsPropRule(Alpha, Momentum, Epsilon), parameters);
}
