using Ntm.Core;
using Ntm.Shared;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// Holds a model's tensors by separate handles: their memory lives as long as these handles, even if another thread disposes the model. Data that is then
/// written there is lost together with the model, and does no harm.
/// </summary>
internal sealed class HeldTensors : IDisposable
{
    private readonly ISequenceModel _model;
    private readonly Tensor[] _models;
    private readonly Tensor[] _own;

    /// <param name="model">The model.</param>
    /// <param name="tensors">The tensors to hold.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public HeldTensors(ISequenceModel model, IEnumerable<Tensor> tensors)
    {
        (_model, _models) = (model, [.. tensors]);
        _own = new Tensor[_models.Length];
        try
        {
            for (var i = 0; i < _own.Length; i++)
                _own[i] = Own(_models[i]);
            if (IsDisposed(model))
                throw Disposed(null);
        }
        catch (Exception e)
        {
            Dispose();
            if (AreDisposed && e is not ObjectDisposedException)
                throw Disposed(e);
            throw;
        }
    }

    /// <summary>Returns a tensor; for a contiguous parameter the leaf itself, with its gradient.</summary>
    public Tensor this[int index] => _own[index];

    /// <summary>Whether the model's own handles are gone: it was disposed, or moved to another element type or device.</summary>
    public bool AreDisposed => (_model is nn.Module module && DisposedModules.Is(module)) || Array.Exists(_models, t => t.IsInvalid);

    /// <summary>Holds all parameters of a model.</summary>
    public static HeldTensors Of(ISequenceModel model) => new(model, model.named_parameters().Select(p => (Tensor)p.parameter));

    /// <summary>Returns whether a model is a module that was disposed, or that has a disposed part.</summary>
    public static bool IsDisposed(ISequenceModel model) => model is nn.Module module && DisposedModules.AnyIn(module);

    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void ThrowIfDisposed()
    {
        if (AreDisposed)
            throw Disposed(null);
    }

    /// <summary>Returns the exception for a failure that follows from it.</summary>
    public static ObjectDisposedException Disposed(Exception? cause) =>
        new("The model was disposed, or moved to another element type or device, while it was in use.", cause);

    public void Dispose()
    {
        foreach (var tensor in _own)
            tensor?.Dispose();
    }

    /// <remarks>torch's <c>contiguous()</c> of a contiguous tensor is the same tensor.</remarks>
    private static Tensor Own(Tensor tensor) => (tensor.is_contiguous() ? tensor.contiguous() : tensor.detach()).DetachFromDisposeScope();
}
