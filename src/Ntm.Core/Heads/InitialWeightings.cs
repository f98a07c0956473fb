using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The weightings of a bank before the first step. If learned, they are the softmax of the parameter <c>bias [h, N]</c>; otherwise they are the
/// buffer <c>value [1, 1]</c>.
/// </summary>
internal sealed class InitialWeightings : nn.Module<long, Tensor>
{
    private readonly int _heads;
    private readonly int _locations;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;
    [ComponentName(Name = "value")] private readonly Tensor? _value;

    public InitialWeightings(InitialWeightingKind kind, int heads, int locations, Initializer initializer)
        : base(nameof(InitialWeightings))
    {
        (_heads, _locations) = (heads, locations);
        // In a constant memory, only this bias tells the locations apart: a bias of zeros would keep them equal forever.
        if (kind == InitialWeightingKind.Learned)
            _bias = initializer.Normal(1, heads, locations);
        else if (kind == InitialWeightingKind.Focused)
            _bias = new Parameter(FocusedBias(heads, locations));
        else
            _value = Fresh.Filled(kind == InitialWeightingKind.Uniform ? (float)(1.0 / locations) : 0, 1, 1);
        RegisterComponents();
    }

    /// <summary>The trained bias, <c>[h, N]</c>, if learned.</summary>
    public Parameter? Bias => _bias;

    /// <summary>The constant, <c>[1, 1]</c>, if not learned.</summary>
    public Tensor? Value => _value;

    /// <summary>Returns a bias whose softmax is 0.95 at the first location: <c>e^3 (N - 1)</c> against <c>N - 1</c> times 1.</summary>
    private static Tensor FocusedBias(int heads, int locations)
    {
        var bias = Fresh.Zeros(heads, locations);
        using var first = bias.narrow(1, 0, 1);
        using var focus = Fresh.Filled((float)(3 + Math.Log(Math.Max(locations - 1, 1))), heads, 1);
        first.copy_(focus);
        return bias;
    }

    public override Tensor forward(long batchSize) => (_bias?.softmax(-1) ?? _value!).expand(batchSize, _heads, _locations);
}
