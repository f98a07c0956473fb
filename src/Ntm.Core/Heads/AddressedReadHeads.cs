using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The built-in read heads: one linear layer computes every head's addressing parameters, head after head. Parameters:
/// <c>layer.weight [R * P, H]</c>, <c>layer.bias [R * P]</c>, and one <c>bias</c> each for the initial weightings and the initial reads.
/// </summary>
public sealed class AddressedReadHeads : ReadHeads
{
    private readonly double? _clip;
    [ComponentName(Name = "layer")] private readonly LinearLayer _layer;
    [ComponentName(Name = "addressing")] private readonly AddressingMechanism _addressing;
    [ComponentName(Name = "initial_weightings")] private readonly InitialWeightings _initialWeightings;
    [ComponentName(Name = "initial_reads")] private readonly InitialReads _initialReads;

    internal AddressedReadHeads(NtmOptions options, AddressingMechanism addressing, Initializer initializer)
        : base(nameof(AddressedReadHeads), options.ReadHeads)
    {
        _clip = options.Clip;
        _addressing = addressing;
        _layer = new LinearLayer(options.ControllerSize, Count * addressing.ParameterCount, initializer, HeadLayer.Gain);
        _initialWeightings = new InitialWeightings(options.InitialWeightings, Count, options.MemoryLocations, initializer);
        _initialReads = new InitialReads(options.InitialReads, Count, options.MemoryWidth);
        RegisterComponents();
    }

    /// <summary>The addressing mechanism of the heads.</summary>
    public AddressingMechanism Addressing => _addressing;

    internal LinearLayer Layer => _layer;

    internal InitialWeightings Weightings => _initialWeightings;

    internal InitialReads Reads => _initialReads;

    /// <inheritdoc />
    public override Tensor InitialWeightings(long batchSize) => _initialWeightings.forward(batchSize);

    /// <inheritdoc />
    public override Tensor InitialReads(long batchSize) => _initialReads.forward(batchSize);

    /// <inheritdoc />
    public override ReadResult Read(Tensor controllerOutput, Tensor previous, Tensor memory)
    {
        var parameters = HeadLayer.Parameters(_layer, controllerOutput, Count, _clip);
        var weightings = _addressing.forward(parameters, previous, memory);
        return new ReadResult(weightings, MemoryEquations.Read(weightings, memory));
    }
}
