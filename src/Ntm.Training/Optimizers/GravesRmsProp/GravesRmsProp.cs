using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Training.Optimizers;

namespace Ntm.Training;

/// <summary>The centered RMSprop with momentum of Graves 2013 (arXiv 1308.0850, section 4.2), which the paper trains with. Epsilon is under the
/// root.</summary>
public sealed class GravesRmsProp : OptimizerOptions
{
    /// <summary>Creates the optimizer with Graves' values.</summary>
    public GravesRmsProp()
        : base(learningRate: 1e-4)
    {
    }

    /// <summary>The decay of the running means of gradients and squared gradients.</summary>
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
    /// <value>The default value is 1e-4.</value>
    [Description("Keeps the optimizer from dividing by zero.")]
    [Range(1e-30, 1.0)]
    public double Epsilon { get; set; } = 1e-4;

    internal override FlatOptimizer CreateFor(FlatParameters parameters) => FlatOptimizer.Of(new GravesRmsPropRule(Alpha, Momentum, Epsilon), parameters);
}
