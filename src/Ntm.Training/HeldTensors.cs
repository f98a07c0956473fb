using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>
/// A model's tensors by handles of our own: their memory stays as long as these do, whoever disposes the model meanwhile. What is then
/// written there is lost, as the model is, and harms nothing.
/// </summary>
internal sealed class HeldTensors : IDisposable
{
    private readonly Tensor[] _models;
    private readonly Tensor[] _own;

    public HeldTensors(IEnumerable<Tensor> tensors)
    {
        _models = [.. tensors];
        _own = new Tensor[_models.Length];
        try
        {
            for (var i = 0; i < _own.Length; i++)
                _own[i] = Own(_models[i]);
        }
        catch (Exception e) when (AreDisposed)
        {
            Dispose();
            throw Disposed(e);
        }
    }

    /// <summary>A tensor; of a contiguous parameter the leaf itself, with its gradient.</summary>
    public Tensor this[int index] => _own[index];

    /// <summary>Whether the model's own handles are gone: it was disposed, or moved to another element type or device.</summary>
    public bool AreDisposed => Array.Exists(_models, t => t.IsInvalid);

    /// <summary>All parameters of a model.</summary>
    public static HeldTensors Of(ISequenceModel model) => new(model.named_parameters().Select(p => (Tensor)p.parameter));

    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void ThrowIfDisposed()
    {
        if (AreDisposed)
            throw Disposed(null);
    }

    /// <summary>What a failure is that follows from it.</summary>
    public static ObjectDisposedException Disposed(Exception? cause) =>
        new("The model was disposed, or moved to another element type or device, while it was in use.", cause);

    public void Dispose()
    {
        foreach (var tensor in _own)
            tensor?.Dispose();
    }

    /// <remarks>torch's <c>contiguous()</c> of what is contiguous is the same tensor.</remarks>
    private static Tensor Own(Tensor tensor) => (tensor.is_contiguous() ? tensor.contiguous() : tensor.detach()).DetachFromDisposeScope();
}
