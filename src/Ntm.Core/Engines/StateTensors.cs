using Ntm.Core.Engines.Cpu;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A state's tensors, or their gradients, as an engine reads and writes them; in the order of <see cref="NtmState.Tensors"/>.</summary>
internal static unsafe class StateTensors
{
    /// <summary>New tensors with arbitrary contents.</summary>
    public static Tensor[] Empty(SequenceMachine machine, int batch)
    {
        var shape = machine.Shape;
        return
        [
            .. Enumerable.Range(0, shape.Lstm ? 2 * shape.Layers : 0).Select(_ => machine.Empty(batch, shape.Units)),
            machine.Empty(batch, shape.Locations, shape.Width),
            machine.Empty(batch, shape.Read.Count, shape.Width),
            machine.Empty(batch, shape.Read.Count, shape.Locations),
            machine.Empty(batch, shape.Write.Count, shape.Locations),
        ];
    }

    /// <summary>Where contiguous tensors lie.</summary>
    public static StateBuffers Buffers(MachineShape shape, ReadOnlySpan<Tensor?> tensors)
    {
        var buffers = new StateBuffers(shape);
        var controller = buffers.Controller.Length;
        for (var i = 0; i < controller; i++)
            buffers.Controller[i] = Start(tensors[i]);
        buffers.Memory = Start(tensors[controller]);
        buffers.Reads = Start(tensors[controller + 1]);
        buffers.ReadWeightings = Start(tensors[controller + 2]);
        buffers.WriteWeightings = Start(tensors[controller + 3]);
        return buffers;
    }

    private static float* Start(Tensor? tensor) => tensor is null ? null : TensorMemory.Start(tensor);
}
