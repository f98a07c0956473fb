using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The tensors that a node of TorchSharp has saved.</summary>
internal sealed class ContextTensors(autograd.AutogradContext context) : ISavedTensors
{
    public bool IsOver => ContextLifetime.IsOver(context);

    public List<Tensor> Unpack() => context.get_saved_variables();
}
