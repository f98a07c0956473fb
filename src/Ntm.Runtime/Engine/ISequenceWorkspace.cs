
namespace Ntm.Runtime.Engine;

/// <summary>Computes calls, one at a time. It has the buffers, and the data that a forward pass keeps for its backward pass.</summary>
internal unsafe interface ISequenceWorkspace : IDisposable
{
    /// <summary>Computes the forward pass, and for <see cref="CallKind.Train"/> the backward pass as well.</summary>
    /// <param name="call">The call; the object must not change before <see cref="Backward"/>.</param>
    /// <param name="lengths">Each sequence's length, at least 1; empty if all are as long as the batch.</param>
    /// <param name="threads">The number of CPU threads.</param>
    /// <returns>The loss and the number of perfect sequences, if there are targets.</returns>
    (LossSum Sum, int Perfect) Forward(BatchCall call, ReadOnlySpan<int> lengths, int threads);

    /// <summary>Computes <see cref="Forward"/> again, for a second backward pass: within autograd, where a device failure must not throw.
    /// After a failure, the backward pass gives gradients that are NaN.</summary>
    void ForwardAgain(BatchCall call, ReadOnlySpan<int> lengths, int threads);

    /// <summary>Computes the backward pass after a <see cref="CallKind.ForwardThenBackward"/>. A device failure does not throw: the gradients are then
    /// NaN.</summary>
    void Backward(int threads);

    /// <summary>Writes the gradient of all parameters, after a backward pass.</summary>
    /// <param name="flat">Receives the gradient, on the device of the machine; every element is written.</param>
    void WriteGradient(float* flat);
}
