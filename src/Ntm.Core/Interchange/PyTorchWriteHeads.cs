using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// Write heads that run one after the other: each addresses the memory that the heads before it have left and changes it at once,
/// <c>M(i) = M(i) (1 - w(i) e) + w(i) a</c>. The add vector is not squashed; the erase vector is a sigmoid, or fixed to one.
/// Parameters: <c>layer.weight [K * (P + 2M), H]</c>, without erase vectors <c>[K * (P + M), H]</c>, and <c>layer.bias</c>. The
/// initial weightings are zeros.
/// </summary>
internal sealed class PyTorchWriteHeads : WriteHeads
{
    private readonly int _locations;
    private readonly bool _learnsErase;
    [ComponentName(Name = "layer")] private readonly LinearLayer _layer;
    [ComponentName(Name = "addressing")] private readonly AddressingMechanism _addressing;

    /// <param name="options">The machine's options.</param>
    /// <param name="addressing">The addressing mechanism of the heads.</param>
    /// <param name="learnsErase">Whether the layer computes erase vectors; otherwise they are one.</param>
    /// <param name="initializer">Draws the layer.</param>
    public PyTorchWriteHeads(NtmOptions options, AddressingMechanism addressing, bool learnsErase, Initializer initializer)
        : base(nameof(PyTorchWriteHeads), options.WriteHeads)
    {
        (_locations, _learnsErase, _addressing) = (options.MemoryLocations, learnsErase, addressing);
        var perHead = addressing.ParameterCount + (learnsErase ? 2 : 1) * options.MemoryWidth;
        _layer = new LinearLayer(options.ControllerSize, Count * perHead, initializer, HeadLayer.Gain);
        RegisterComponents();
    }

    public override Tensor InitialWeightings(long batchSize) => zeros(batchSize, Count, _locations, _layer.Weight.dtype, _layer.Weight.device);

    public override WriteResult Write(Tensor controllerOutput, Tensor previous, Tensor memory)
    {
        var parameters = HeadLayer.Parameters(_layer, controllerOutput, Count, clip: null);
        var (count, width) = (_addressing.ParameterCount, memory.size(2));
        var adds = parameters.narrow(2, parameters.size(2) - width, width);
        var erases = _learnsErase ? parameters.narrow(2, count, width).sigmoid() : ones_like(adds);
        var (weightings, stages) = (new Tensor[Count], new Tensor[Count]);
        for (var head = 0; head < Count; head++)
        {
            stages[head] = memory;
            weightings[head] = _addressing.forward(parameters.narrow(1, head, 1).narrow(2, 0, count), previous.narrow(1, head, 1), memory);
            memory = MemoryEquations.Write(memory, weightings[head], erases.narrow(1, head, 1), adds.narrow(1, head, 1));
        }

        return new WriteResult(cat(weightings, 1), memory, erases, adds) { Stages = stages };
    }
}
