using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Ntm.Shared;
using Ntm.Training.Optimizers;

namespace Ntm.Training;

/// <summary>Stochastic gradient descent, in torch's form and with torch's defaults: without momentum unless it is set.</summary>
public sealed class Sgd : OptimizerOptions
{
    /// <summary>Creates the optimizer with torch's default values.</summary>
    public Sgd()
        : base(learningRate: 1e-3)
    {
    }

    /// <summary>The momentum.</summary>
    /// <value>The default value is 0: none.</value>
    [Description("The momentum.")]
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; set; }

    /// <summary>The share of a gradient that the momentum omits; the first gradient is used completely. Ignored without momentum.</summary>
    /// <value>The default value is 0.</value>
    [Description("The share of a gradient that the momentum leaves out.")]
    [Range(0.0, 1.0)]
    public double Dampening { get; set; }

    /// <summary>Whether the gradient is added to the momentum once more (Nesterov's momentum). Requires <see cref="Momentum"/> and no
    /// <see cref="Dampening"/>.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    [Description("Nesterov's momentum.")]
    public bool Nesterov { get; set; }

    /// <summary>The share of a parameter that is added to its gradient.</summary>
    /// <value>The default value is 0.</value>
    [Description("The decay of the weights; 0 for none.")]
    [Range(0.0, 1e3)]
    public double WeightDecay { get; set; }

    internal override IEnumerable<string> Contradictions()
    {
        if (Nesterov && !(Momentum > 0 && Dampening == 0))
            yield return RangeRules.Message(typeof(Sgd), nameof(Nesterov), Nesterov, FormattableString.Invariant($"{false} with Momentum = {Momentum} and Dampening = {Dampening}, since it needs a momentum and no dampening"));
    }

    internal override FlatOptimizer CreateFor(FlatParameters parameters) => FlatOptimizer.Of(new SgdRule(Momentum, Dampening, Nesterov, WeightDecay), parameters);
}
