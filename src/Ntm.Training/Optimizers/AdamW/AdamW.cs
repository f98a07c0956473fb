using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Training.Optimizers;

namespace Ntm.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017), in torch's form and with torch's defaults: each update also subtracts
/// <see cref="WeightDecay"/> times the learning rate times the parameter from every parameter.</summary>
public sealed class AdamW : OptimizerOptions
{
    /// <summary>Creates the optimizer with torch's default values.</summary>
    public AdamW()
        : base(learningRate: 1e-3)
    {
    }

    /// <summary>The decay of the running mean of gradients.</summary>
    /// <value>The default value is 0.9.</value>
    [Description("Decay of the mean gradient.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the running mean of squared gradients.</summary>
    /// <value>The default value is 0.999.</value>
    [Description("Decay of the mean squared gradient.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>The number that keeps the optimizer from dividing by zero.</summary>
    /// <value>The default value is 1e-8.</value>
    [Description("Keeps the optimizer from dividing by zero.")]
    [Range(1e-30, 1.0)]
    public double Epsilon { get; set; } = 1e-8;

    /// <summary>The share of every parameter that an update subtracts, per unit of the learning rate.</summary>
    /// <value>The default value is 0.01.</value>
    [Description("The decay of the weights; 0 for none.")]
    [Range(0.0, 1e3)]
    public double WeightDecay { get; set; } = 1e-2;

    internal override FlatOptimizer CreateFor(FlatParameters parameters) => FlatOptimizer.Of(new AdamWRule(new AdamRule(Beta1, Beta2, Epsilon), WeightDecay), parameters);
}
