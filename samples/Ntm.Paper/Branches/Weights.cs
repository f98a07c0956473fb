using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Paper.Branches;

/// <summary>A copy of a model's trained numbers.</summary>
internal sealed class Weights : IDisposable
{
    private readonly List<Tensor> _tensors;

    private Weights(List<Tensor> tensors) => _tensors = tensors;

    public static Weights Of(ISequenceModel model)
    {
        using var scope = NewDisposeScope();
        using var detached = no_grad();
        return new Weights([.. model.named_parameters().Select(p => p.parameter.detach().clone().DetachFromDisposeScope())]);
    }

    /// <summary>Gives them to a model of the same shape.</summary>
    public void CopyTo(ISequenceModel model)
    {
        using var scope = NewDisposeScope();
        using var detached = no_grad();
        foreach (var (parameter, tensor) in model.named_parameters().Select(p => p.parameter).Zip(_tensors))
            parameter.copy_(tensor);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }
}
