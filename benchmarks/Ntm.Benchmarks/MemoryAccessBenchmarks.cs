using BenchmarkDotNet.Attributes;
using Ntm.Core;
using Ntm.Core.Engines.Cpu;

namespace Ntm.Benchmarks;

/// <summary>One sample's memory access at one step: addressing, read and write of all heads, forward and backward.</summary>
public unsafe class MemoryAccessBenchmarks
{
    private MachineShape _shape = null!;
    private History _history = null!;
    private GroupScratch _scratch = null!;

    [Params(128, 1024, 8192)]
    public int Locations { get; set; }

    [Params(20, 64)]
    public int Width { get; set; }

    [Params(1, 4)]
    public int Heads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var options = new NtmOptions { MemoryLocations = Locations, MemoryWidth = Width, ReadHeads = Heads, WriteHeads = Heads };
        _shape = new MachineShape(options, 1, true, (true, 1), (true, 1));
        _history = new History(_shape);
        _scratch = new GroupScratch(_shape);
        _history.Arrange(1, 1);
        _scratch.Arrange(1);
        var random = new Random(1);
        for (var i = 0; i < _shape.MemorySize; i++)
            (_history.Memory(0, 0)[i], _scratch.DMemory(0)[i]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
        for (var i = 0; i < _shape.HeadOutputs; i++)
            _history.Parameters(0)[i] = random.NextSingle() - 0.5f;
        for (var h = 0; h < _shape.Heads; h++)
            new Span<float>(_history.Weighting(0, 0, h), Locations).Fill(1f / Locations);
        MemoryPasses.RowScales(_history.Memory(0, 0), _history.RowScales(0, 0), _shape.Blocks, Width);
        HeadActivation.Forward(_shape, _history.Parameters(0), _history.Activated(0));
        AddressingForward();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _history.Dispose();
        _scratch.Dispose();
    }

    [Benchmark]
    public void AddressingForward()
    {
        for (var h = 0; h < _shape.Heads; h++)
            Core.Engines.Cpu.AddressingForward.Compute(_shape, true, 1, Head(h), _scratch.Mask, _scratch.Ring);
    }

    [Benchmark]
    public void AddressingBackward()
    {
        for (var h = 0; h < _shape.Heads; h++)
        {
            Core.Engines.Cpu.AddressingBackward.Compute(
                _shape, true, 1, Head(h), _scratch.DWeighting(0, h), _scratch.DActivated + FirstOutput(h), _scratch.RowFactors, _scratch.OwnFactors,
                _scratch.Ring, _scratch.OtherRing);
        }
    }

    [Benchmark]
    public void ReadForward()
    {
        for (var h = 0; h < Heads; h++)
            MemoryPasses.Sum(_history.Memory(0, 0), _history.Weighting(1, 0, h), _scratch.DTop, _shape.Blocks, Width);
    }

    [Benchmark]
    public void ReadBackward()
    {
        for (var h = 0; h < Heads; h++)
            MemoryPasses.Dot(_history.Memory(0, 0), _scratch.DTop, _scratch.RowFactors, _shape.Blocks, Width, accumulate: false);
    }

    [Benchmark]
    public void WriteForward() => MemoryWrite.Forward(
        _history.Memory(0, 0), _history.Weighting(1, 0, Heads), Heads, Erases, Erases + Width, _shape.Write.OutputsPerHead, _history.Memory(1, 0),
        _history.RowScales(1, 0), _shape.Blocks, Width);

    [Benchmark]
    public void WriteBackward() => MemoryWrite.Backward(
        _scratch.DMemory(0), _history.Memory(0, 0), _history.Weighting(1, 0, Heads), Heads, Erases, Erases + Width, _shape.Write.OutputsPerHead,
        _scratch.DWeighting(0, Heads), _scratch.DActivated, _scratch.DActivated + Width, _scratch.Products, _shape.Blocks, Width);

    private float* Erases => _history.Activated(0) + _shape.Write.FirstOutput + _shape.Write.OutputsPerHead - 2 * Width;

    private int FirstOutput(int head) =>
        head < Heads ? head * _shape.Read.OutputsPerHead : _shape.Write.FirstOutput + (head - Heads) * _shape.Write.OutputsPerHead;

    private HeadSlot Head(int head) => _history.Head(0, 0, head, FirstOutput(head), 0);
}
