using BenchmarkDotNet.Attributes;
using Ntm.Core;
using Ntm.Core.Engines.Cpu;

namespace Ntm.Benchmarks;

/// <summary>A batch's memory access at one step on one thread: addressing, read and write of all heads, forward and backward.</summary>
public unsafe class MemoryAccessBenchmarks
{
    private MachineShape _shape = null!;
    private History _history = null!;
    private GroupScratch _scratch = null!;

    [Params(1, 16)]
    public int Batch { get; set; }

    [Params(128, 1024)]
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
        _history.Arrange(Batch, 1);
        _scratch.Arrange(Batch);
        var random = new Random(1);
        for (var r = 0; r < Batch; r++)
            Fill(r, random);
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
        for (var r = 0; r < Batch; r++)
            for (var h = 0; h < _shape.Heads; h++)
                Core.Engines.Cpu.AddressingForward.Compute(_shape, true, 1, Head(r, h), _scratch.Mask, _scratch.Ring);
    }

    [Benchmark]
    public void AddressingBackward()
    {
        for (var r = 0; r < Batch; r++)
        {
            for (var h = 0; h < _shape.Heads; h++)
            {
                Core.Engines.Cpu.AddressingBackward.Compute(
                    _shape, true, 1, Head(r, h), _scratch.DWeighting(r, h), _scratch.DActivated + FirstOutput(h), _scratch.RowFactors,
                    _scratch.OwnFactors, _scratch.Ring, _scratch.OtherRing);
            }
        }
    }

    [Benchmark]
    public void ReadForward()
    {
        for (var r = 0; r < Batch; r++)
            for (var h = 0; h < Heads; h++)
                MemoryPasses.Sum(_history.Memory(0, r), _history.Weighting(1, r, h), _scratch.DTop, _shape.Blocks, Width);
    }

    [Benchmark]
    public void ReadBackward()
    {
        for (var r = 0; r < Batch; r++)
            for (var h = 0; h < Heads; h++)
                MemoryPasses.Dot(_history.Memory(0, r), _scratch.DTop, _scratch.RowFactors, _shape.Blocks, Width, accumulate: false);
    }

    [Benchmark]
    public void WriteForward()
    {
        for (var r = 0; r < Batch; r++)
        {
            MemoryWrite.Forward(
                _history.Memory(0, r), _history.Weighting(1, r, Heads), Heads, Erases(r), Erases(r) + Width, _shape.Write.OutputsPerHead,
                _history.Memory(1, r), _history.RowScales(1, r), _shape.Blocks, Width);
        }
    }

    [Benchmark]
    public void WriteBackward()
    {
        for (var r = 0; r < Batch; r++)
        {
            MemoryWrite.Backward(
                _scratch.DMemory(r), _history.Memory(0, r), _history.Weighting(1, r, Heads), Heads, Erases(r), Erases(r) + Width,
                _shape.Write.OutputsPerHead, _scratch.DWeighting(r, Heads), _scratch.DActivated, _scratch.DActivated + Width, _scratch.WriteScratch,
                _shape.Blocks, Width);
        }
    }

    private void Fill(int row, Random random)
    {
        for (var i = 0; i < _shape.MemorySize; i++)
            (_history.Memory(0, row)[i], _scratch.DMemory(row)[i]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
        for (var i = 0; i < _shape.HeadOutputs; i++)
            _history.Parameters(0, row)[i] = random.NextSingle() - 0.5f;
        for (var h = 0; h < _shape.Heads; h++)
            new Span<float>(_history.Weighting(0, row, h), Locations).Fill(1f / Locations);
        MemoryPasses.RowScales(_history.Memory(0, row), _history.RowScales(0, row), _shape.Blocks, Width);
        HeadActivation.Forward(_shape, _history.Parameters(0, row), _history.Activated(0, row));
        // The gradient is changed in place, run after run: with anything erased it would fade into denormal numbers, which are slow.
        for (var k = 0; k < Heads; k++)
            new Span<float>(Erases(row) + k * _shape.Write.OutputsPerHead, Width).Clear();
    }

    private float* Erases(int row) => _history.Activated(0, row) + _shape.Write.FirstOutput + _shape.Write.OutputsPerHead - 2 * Width;

    private int FirstOutput(int head) =>
        head < Heads ? head * _shape.Read.OutputsPerHead : _shape.Write.FirstOutput + (head - Heads) * _shape.Write.OutputsPerHead;

    private HeadSlot Head(int row, int head) => _history.Head(0, row, head, FirstOutput(head), 0);
}
