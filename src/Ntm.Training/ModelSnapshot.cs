using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>A copy of a model's weights, parameters and buffers, to return to.</summary>
public sealed class ModelSnapshot : IDisposable
{
    private readonly IReadOnlyList<Tensor> _tensors;

    internal ModelSnapshot(IReadOnlyList<Tensor> tensors) => _tensors = tensors;

    /// <summary>Copies a model's weights, on their device.</summary>
    /// <param name="model">The model; stays the caller's.</param>
    public static ModelSnapshot Of(ISequenceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var detached = no_grad();
        return new ModelSnapshot([.. Tensors(model).Select(t => t.Value.detach().clone().DetachFromDisposeScope())]);
    }

    /// <summary>Gives the weights to a model.</summary>
    /// <param name="model">The model that they are from, or one of the same sizes, on any device.</param>
    /// <exception cref="ArgumentException">The model has other sizes; nothing was changed.</exception>
    public void CopyTo(ISequenceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var detached = no_grad();
        List<(string Name, Tensor Value)> weights = [.. Tensors(model)];
        if (weights.Count != _tensors.Count)
            throw new ArgumentException($"The model has {weights.Count} parameters and buffers; expected {_tensors.Count}, as the snapshot has.", nameof(model));
        foreach (var ((name, value), tensor) in weights.Zip(_tensors))
            if (!value.shape.AsSpan().SequenceEqual(tensor.shape))
                throw new ArgumentException($"{name} of the model is [{string.Join(", ", value.shape)}]; expected [{string.Join(", ", tensor.shape)}], as the snapshot has.", nameof(model));
        foreach (var ((_, value), tensor) in weights.Zip(_tensors))
            value.copy_(tensor);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(ISequenceModel model) =>
        [.. model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)), .. model.named_buffers() ?? []];
}
