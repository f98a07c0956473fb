using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// Read heads that take turns with the write heads: head <c>j</c> addresses and reads the memory that the write heads before it have
/// already changed in this step. Parameters: <c>layer.weight [R * P, H]</c>, <c>layer.bias [R * P]</c>; buffer:
/// <c>initial_reads [R, M]</c>. The initial weightings are zeros.
/// </summary>
internal sealed class PyTorchReadHeads : ReadHeads
{
    private readonly int _locations;
    [ComponentName(Name = "layer")] private readonly LinearLayer _layer;
    [ComponentName(Name = "addressing")] private readonly AddressingMechanism _addressing;
    [ComponentName(Name = "initial_reads")] private readonly Tensor _initialReads;

    public PyTorchReadHeads(PyTorchLayout layout, NtmOptions options, AddressingMechanism addressing, Initializer initializer)
        : base(nameof(PyTorchReadHeads), options.ReadHeads)
    {
        Layout = layout;
        _locations = options.MemoryLocations;
        _addressing = addressing;
        _layer = new LinearLayer(options.ControllerSize, Count * addressing.ParameterCount, initializer, HeadLayer.Gain);
        _initialReads = Fresh.Zeros(Count, options.MemoryWidth);
        RegisterComponents();
    }

    /// <summary>The project that the machine comes from.</summary>
    public PyTorchLayout Layout { get; }

    public override Tensor InitialWeightings(long batchSize) => zeros(batchSize, Count, _locations, _initialReads.dtype, _initialReads.device);

    public override Tensor InitialReads(long batchSize) => _initialReads.expand(batchSize, Count, _initialReads.size(1));

    public override ReadResult Read(Tensor controllerOutput, Tensor previous, Tensor memory) =>
        Read(controllerOutput, previous, [.. Enumerable.Repeat(memory, Count)]);

    public override ReadResult Read(Tensor controllerOutput, Tensor previous, Tensor memory, WriteResult written) =>
        Read(controllerOutput, previous, written.Stages);

    private ReadResult Read(Tensor controllerOutput, Tensor previous, IReadOnlyList<Tensor> memories)
    {
        var parameters = HeadLayer.Parameters(_layer, controllerOutput, Count, clip: null);
        var (weightings, reads) = (new Tensor[Count], new Tensor[Count]);
        for (var head = 0; head < Count; head++)
        {
            weightings[head] = _addressing.forward(parameters.narrow(1, head, 1), previous.narrow(1, head, 1), memories[head]);
            reads[head] = MemoryEquations.Read(weightings[head], memories[head]);
        }

        return new ReadResult(cat(weightings, 1), cat(reads, 1));
    }
}
