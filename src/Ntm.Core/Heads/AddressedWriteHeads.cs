using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The built-in write heads: one linear layer computes, head after head, the addressing parameters (<c>P</c>), the erase vector
/// (<c>M</c>, sigmoid) and the add vector (<c>M</c>, tanh). Parameters: <c>layer.weight [K * (P + 2M), H]</c>,
/// <c>layer.bias [K * (P + 2M)]</c>, and the <c>bias</c> of the initial weightings.
/// </summary>
public sealed class AddressedWriteHeads : WriteHeads
{
    private readonly double? _clip;
    [ComponentName(Name = "layer")] private readonly LinearLayer _layer;
    [ComponentName(Name = "addressing")] private readonly AddressingMechanism _addressing;
    [ComponentName(Name = "initial_weightings")] private readonly InitialWeightings _initialWeightings;

    internal AddressedWriteHeads(NtmOptions options, AddressingMechanism addressing, Initializer initializer)
        : base(nameof(AddressedWriteHeads), options.WriteHeads)
    {
        _clip = options.Clip;
        _addressing = addressing;
        var outputs = Count * (addressing.ParameterCount + 2 * options.MemoryWidth);
        _layer = new LinearLayer(options.ControllerSize, outputs, initializer, HeadLayer.Gain);
        _initialWeightings = new InitialWeightings(options.InitialWeightings, Count, options.MemoryLocations, initializer);
        RegisterComponents();
    }

    /// <summary>The addressing mechanism of the heads.</summary>
    public AddressingMechanism Addressing => _addressing;

    internal LinearLayer Layer => _layer;

    internal InitialWeightings Weightings => _initialWeightings;

    /// <inheritdoc />
    public override Tensor InitialWeightings(long batchSize) => _initialWeightings.forward(batchSize);

    /// <inheritdoc />
    public override WriteResult Write(Tensor controllerOutput, Tensor previous, Tensor memory)
    {
        var parameters = HeadLayer.Parameters(_layer, controllerOutput, Count, _clip);
        var count = _addressing.ParameterCount;
        var width = memory.size(2);
        var weightings = _addressing.forward(parameters.narrow(2, 0, count), previous, memory);
        var erases = parameters.narrow(2, count, width).sigmoid();
        var adds = parameters.narrow(2, count + width, width).tanh();
        return new WriteResult(weightings, MemoryEquations.Write(memory, weightings, erases, adds), erases, adds);
    }
}
