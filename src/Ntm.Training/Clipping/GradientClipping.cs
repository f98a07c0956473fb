using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ntm.Training.Clipping;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// The way in which gradients are clipped before an update, with its numbers: one class for each way, such as <see cref="ClipByValue"/>. Checkpoints
/// save the whole object.
/// </summary>
// The only list of the ways of clipping.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(ClipByValue), "value")]
[JsonDerivedType(typeof(ClipByNorm), "norm")]
[JsonDerivedType(typeof(NoClipping), "none")]
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract class GradientClipping
{
    private protected GradientClipping()
    {
    }

    /// <summary>The names of all ways, such as <c>value</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = KnownOptions.Names<GradientClipping>();

    /// <summary>The name, one of <see cref="Names"/>.</summary>
    [JsonIgnore]
    public string Name => KnownOptions.NameOf(this);

    /// <summary>Creates a way of clipping with its default values.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static GradientClipping Create(string name) => KnownOptions.Create<GradientClipping>(name);

    /// <summary>Returns an independent copy.</summary>
    public GradientClipping Clone() => (GradientClipping)MemberwiseClone();

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Returns the clipping of each element of a gradient.</summary>
    /// <param name="gradient">The whole gradient.</param>
    internal abstract ElementClip For(ReadOnlySpan<float> gradient);

    /// <summary>Clips a gradient in place by torch operations, on any device, without reading a value.</summary>
    internal abstract void Clip(Tensor gradient);
}
