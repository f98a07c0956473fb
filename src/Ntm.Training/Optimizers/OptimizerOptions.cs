using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ntm.Training.Optimizers;

namespace Ntm.Training;

/// <summary>
/// An optimizer and its numbers: one class for each optimizer, such as <see cref="GravesRmsProp"/>. Checkpoints save the whole object.
/// </summary>
// The only list of the optimizers.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(GravesRmsProp), "graves-rmsprop")]
[JsonDerivedType(typeof(RmsProp), "rmsprop")]
[JsonDerivedType(typeof(Adam), "adam")]
[JsonDerivedType(typeof(AdamW), "adamw")]
[JsonDerivedType(typeof(Sgd), "sgd")]
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract class OptimizerOptions
{
    private protected OptimizerOptions(double learningRate) => LearningRate = learningRate;

    /// <summary>The names of all optimizers, such as <c>adam</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = KnownOptions.Names<OptimizerOptions>();

    /// <summary>The optimizer's name, one of <see cref="Names"/>.</summary>
    [JsonIgnore]
    public string Name => KnownOptions.NameOf(this);

    /// <summary>The learning rate.</summary>
    /// <value>The default value is 1e-4 for <see cref="GravesRmsProp"/>, <see cref="RmsProp"/> and <see cref="Adam"/>, and torch's 1e-3 for the
    /// others.</value>
    [Description("The learning rate.")]
    [Range(0, 1e3, MinimumIsExclusive = true)]
    public double LearningRate { get; set; }

    /// <summary>Creates an optimizer with its default values.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static OptimizerOptions Create(string name) => KnownOptions.Create<OptimizerOptions>(name);

    /// <summary>Returns an independent copy.</summary>
    public OptimizerOptions Clone() => (OptimizerOptions)MemberwiseClone();

    /// <summary>The optimizer's name.</summary>
    public override string ToString() => Name;

    /// <summary>Returns messages for combinations of numbers that are not valid, though each number is in its range.</summary>
    internal virtual IEnumerable<string> Contradictions() => [];

    /// <summary>Creates the optimizer itself, for the parameters of a model.</summary>
    internal abstract FlatOptimizer CreateFor(FlatParameters parameters);
}
