using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Training.Optimizers;

namespace Ntm.Training;

/// <summary>Adam (Kingma and Ba 2014), in torch's form.</summary>
public sealed class Adam : OptimizerOptions
{
    /// <summary>Creates the optimizer with its default values.</summary>
    public Adam()
        : base(learningRate: 1e-4)
    {
    }

    /// <summary>The decay of the running mean of gradients.</summary>
    /// <value>The default value is 0.9, torch's.</value>
    [Description("Decay of the mean gradient.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the running mean of squared gradients.</summary>
    /// <value>The default value is 0.999, torch's.</value>
    [Description("Decay of the mean squared gradient.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>The number that keeps the optimizer from dividing by zero.</summary>
    /// <value>The default value is 1e-8, torch's.</value>
    [Description("Keeps the optimizer from dividing by zero.")]
    [Range(1e-30, 1.0)]
    public double Epsilon { get; set; } = 1e-8;

    internal override FlatOptimizer CreateFor(FlatParameters parameters) => FlatOptimizer.Of(new AdamRule(Beta1, Beta2, Epsilon), parameters);
}
