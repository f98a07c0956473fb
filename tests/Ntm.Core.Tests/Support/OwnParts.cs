using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Support;

/// <summary>A custom controller: Elman's network, <c>h = tanh(W [x, h] + b)</c>, whose second state is a constant that it passes on.</summary>
internal sealed class ElmanController : Controller
{
    private readonly Linear _layer;
    private readonly Parameter _start;

    public ElmanController(int inputSize, int size)
        : base(nameof(ElmanController), inputSize, size)
    {
        _layer = nn.Linear(inputSize + size, size);
        _start = new Parameter(zeros(size));
        RegisterComponents();
    }

    public override ImmutableArray<Tensor> InitialState(long batchSize) => [_start.expand(batchSize, OutputSize), ones(batchSize, 1, dtype: _start.dtype)];

    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state)
    {
        var output = _layer.forward(cat([input, state[0]], 1)).tanh();
        return (output, [output, state[1]]);
    }
}

/// <summary>A custom addressing: a softmax over the locations straight from the head layer, mixed with the previous weighting by a
/// trained amount.</summary>
internal sealed class DirectAddressing : AddressingMechanism
{
    private readonly Parameter _mix = new(zeros(1));

    public DirectAddressing(int locations)
        : base(nameof(DirectAddressing), locations)
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor parameters, Tensor previous, Tensor memory)
    {
        var mix = _mix.sigmoid();
        return mix * parameters.softmax(-1) + (1 - mix) * previous;
    }
}

/// <summary>A custom memory: one trained row, at every location times a fixed number.</summary>
internal sealed class StripedMemory : InitialMemory
{
    private readonly Parameter _row;
    private readonly Tensor _stripes;

    public StripedMemory(int locations, int width)
        : base(nameof(StripedMemory), locations, width)
    {
        _row = new Parameter(full(width, 0.1f));
        _stripes = arange(1, locations + 1, dtype: float32).unsqueeze(1);
        RegisterComponents();
    }

    public override Tensor forward(long batchSize) => (_stripes * _row).expand(batchSize, Locations, Width);
}

/// <summary>Custom read heads: they always read at the same places, which are trained.</summary>
internal sealed class FixedReadHeads : ReadHeads
{
    private readonly Parameter _places;
    private readonly int _width;

    public FixedReadHeads(int count, int locations, int width)
        : base(nameof(FixedReadHeads), count)
    {
        _places = new Parameter(arange(count * locations, dtype: float32).view(count, locations).sin());
        _width = width;
        RegisterComponents();
    }

    public override Tensor InitialWeightings(long batchSize)
    {
        var weightings = _places.softmax(-1);
        return weightings.expand(batchSize, weightings.size(0), weightings.size(1));
    }

    public override Tensor InitialReads(long batchSize) => zeros(batchSize, Count, _width, dtype: _places.dtype);

    public override ReadResult Read(Tensor controllerOutput, Tensor previous, Tensor memory) => new(previous, MemoryEquations.Read(previous, memory));
}

/// <summary>Custom write heads: places and values from two linear layers; nothing is erased.</summary>
internal sealed class AddingWriteHeads : WriteHeads
{
    private readonly Linear _places;
    private readonly Linear _values;
    private readonly int _locations;

    public AddingWriteHeads(int count, int inputSize, int locations, int width)
        : base(nameof(AddingWriteHeads), count)
    {
        _places = nn.Linear(inputSize, count * locations);
        _values = nn.Linear(inputSize, count * width);
        _locations = locations;
        RegisterComponents();
    }

    public override Tensor InitialWeightings(long batchSize) => zeros(batchSize, Count, _locations, dtype: _places.weight!.dtype);

    public override WriteResult Write(Tensor controllerOutput, Tensor previous, Tensor memory)
    {
        var weightings = _places.forward(controllerOutput).view(controllerOutput.size(0), Count, -1).softmax(-1);
        var adds = _values.forward(controllerOutput).view(controllerOutput.size(0), Count, -1);
        var erases = zeros_like(adds);
        return new WriteResult(weightings, MemoryEquations.Write(memory, weightings, erases, adds), erases, adds);
    }
}
