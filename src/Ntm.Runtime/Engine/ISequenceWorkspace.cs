
namespace Ntm.Runtime.Engine;

/// <summary>What computes calls, one at a time: buffers, and what a forward pass left for its backward pass.</summary>
internal unsafe interface ISequenceWorkspace : IDisposable
{
    /// <summary>Forward, and for <see cref="CallKind.Train"/> backward as well.</summary>
    /// <param name="call">The call; its object may not change before <see cref="Backward"/>.</param>
    /// <param name="lengths">Each sequence's length, at least 1; empty if all are as long as the batch.</param>
    /// <param name="threads">Threads of the CPU.</param>
    /// <returns>The loss, and the sequences without anything wrong, where there are targets.</returns>
    (LossSum Sum, int Perfect) Forward(BatchCall call, ReadOnlySpan<int> lengths, int threads);

    /// <summary><see cref="Forward"/> once more, for a second backward pass: within autograd, where no failure of a device may be thrown.
    /// After one the backward pass gives gradients that are not numbers.</summary>
    void ForwardAgain(BatchCall call, int threads);

    /// <summary>Backward, after a <see cref="CallKind.ForwardThenBackward"/>. A failure of a device is not thrown: the gradients then are not
    /// numbers.</summary>
    void Backward(int threads);

    /// <summary>The gradient of all parameters, after a backward pass.</summary>
    /// <param name="flat">Where it goes, on the device of the machine; every element is written.</param>
    void WriteGradient(float* flat);
}
