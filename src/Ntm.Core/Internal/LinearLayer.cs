using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// A linear layer, <c>weight [Out, In]</c> and <c>bias [Out]</c>, Xavier-uniform with a given gain. torch's linear layer draws its
/// parameters twice from the global generator; the parameters of this one depend on the seed alone.
/// </summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter _bias;

    public LinearLayer(int inputSize, int outputSize, Initializer initializer, double gain = 1)
        : base(nameof(LinearLayer))
    {
        _weight = initializer.XavierUniform(outputSize, inputSize, gain);
        _bias = new Parameter(Fresh.Zeros(outputSize));
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public Parameter Bias => _bias;

    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
}
