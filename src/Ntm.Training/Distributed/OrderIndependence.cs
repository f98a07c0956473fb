using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Training.Distributed;

/// <summary>Refuses a model whose gradient depends on what was computed before it: ranks compute different micro-batches, so it would differ from one
/// process.</summary>
/// <param name="model">The model.</param>
internal sealed class OrderIndependence(ISequenceModel model)
{
    private byte[] _generator = [];
    private string? _buffers;

    /// <summary>Notes the state before the micro-batches of an update.</summary>
    public void Begin()
    {
        _generator = Generator();
        _buffers ??= WeightHash.OfBuffers(model);
    }

    /// <exception cref="InvalidOperationException">The micro-batches changed torch's random generator or a buffer of the model.</exception>
    public void ThrowIfChanged()
    {
        if (!Generator().AsSpan().SequenceEqual(_generator))
            throw Bad("draws random numbers from torch's generator, for example by a dropout module", $"the dropout of {nameof(NtmOptions)}, which depends on the number of the sequence");
        if (_buffers != WeightHash.OfBuffers(model))
            throw Bad("changes a buffer in the forward pass, for example the running mean of a normalisation", "a model whose buffers are constant");
    }

    private InvalidOperationException Bad(string found, string expected) => new(
        $"The model {model.GetType().Name} {found}, so that the ranks of a training would compute other gradients than one process; expected {expected}.");

    private static byte[] Generator()
    {
        using var state = random.get_rng_state();
        return state.bytes.ToArray();
    }
}
