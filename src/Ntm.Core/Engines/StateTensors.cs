using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The tensors of a state, or their gradients, as an engine reads and writes them, in the order of <see cref="StateLayout.Tensors"/> and <see
/// cref="NtmState.Tensors"/>.</summary>
internal static unsafe class StateTensors
{
    /// <summary>Returns new tensors with arbitrary contents.</summary>
    public static Tensor[] Empty(SequenceMachine machine, int batch) =>
        [.. machine.Shape.State.Tensors.Select(t => machine.Empty([batch, .. t.Shape]))];

    /// <summary>Returns the addresses of contiguous tensors.</summary>
    public static StateBuffers Buffers(MachineShape shape, ReadOnlySpan<Tensor?> tensors)
    {
        var buffers = new StateBuffers(shape);
        for (var i = 0; i < buffers.Tensors.Length; i++)
            buffers.Tensors[i] = Start(tensors[i]);
        return buffers;
    }

    private static float* Start(Tensor? tensor) => tensor is null ? null : TensorMemory.Start(tensor);
}
