using BenchmarkDotNet.Attributes;
using Ntm.Core;

namespace Ntm.Benchmarks;

/// <summary>Benchmarks of a batch's memory access at one step on one thread: addressing, read and write of all heads, forward and backward.</summary>
public unsafe class MemoryAccessBenchmarks
{
    private MachineShape _shape = null!;
    private History _history = null!;
    private GroupScratch _scratch = null!;
    private NtmShape _ntm = null!;
    private NtmScratch _access = null!;

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
        _shape = NtmShapes.Of(options);
        _history = new History(_shape);
        _scratch = new GroupScratch(_shape);
        (_ntm, _access) = (_shape.Ntm(), (NtmScratch)_scratch.Access);
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
            for (var h = 0; h < _ntm.Heads; h++)
                Runtime.Access.AddressingForward.Compute(_ntm, true, 1, Head(r, h), _access.Mask, _access.Ring);
    }

    [Benchmark]
    public void AddressingBackward()
    {
        for (var r = 0; r < Batch; r++)
        {
            for (var h = 0; h < _ntm.Heads; h++)
            {
                Runtime.Access.AddressingBackward.Compute(
                    _ntm, true, 1, Head(r, h), Gradient(r).Weighting(h), _access.DActivated + FirstOutput(h), _access.RowFactors,
                    _access.OwnFactors, _access.Ring, _access.OtherRing);
            }
        }
    }

    [Benchmark]
    public void ReadForward()
    {
        for (var r = 0; r < Batch; r++)
            for (var h = 0; h < Heads; h++)
                MemoryPasses.Sum(Carried(0, r).Memory, Carried(1, r).Weighting(h), _scratch.DTop, _ntm.Blocks, Width);
    }

    [Benchmark]
    public void ReadBackward()
    {
        for (var r = 0; r < Batch; r++)
            for (var h = 0; h < Heads; h++)
                MemoryPasses.Dot(Carried(0, r).Memory, _scratch.DTop, _access.RowFactors, _ntm.Blocks, Width, accumulate: false);
    }

    [Benchmark]
    public void WriteForward()
    {
        for (var r = 0; r < Batch; r++)
        {
            MemoryWrite.Forward(
                Carried(0, r).Memory, Carried(1, r).Weighting(Heads), Heads, Erases(r), Erases(r) + Width, _ntm.Write.OutputsPerHead,
                Carried(1, r).Memory, Carried(1, r).RowScales, _ntm.Blocks, Width);
        }
    }

    [Benchmark]
    public void WriteBackward()
    {
        for (var r = 0; r < Batch; r++)
        {
            MemoryWrite.Backward(
                Gradient(r).Memory, Carried(0, r).Memory, Carried(1, r).Weighting(Heads), Heads, Erases(r), Erases(r) + Width,
                _ntm.Write.OutputsPerHead, Gradient(r).Weighting(Heads), _access.DActivated, _access.DActivated + Width, _access.WriteScratch,
                _ntm.Blocks, Width);
        }
    }

    private void Fill(int row, Random random)
    {
        for (var i = 0; i < _ntm.MemorySize; i++)
            (Carried(0, row).Memory[i], Gradient(row).Memory[i]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
        for (var i = 0; i < _ntm.HeadOutputs; i++)
            _history.HeadOutputs(0, row)[i] = random.NextSingle() - 0.5f;
        for (var h = 0; h < _ntm.Heads; h++)
            new Span<float>(Carried(0, row).Weighting(h), Locations).Fill(1f / Locations);
        Carried(0, row).Complete();
        HeadActivation.Forward(_ntm, _history.HeadOutputs(0, row), _history.Kept(0, row));
        // The gradient is changed in place in every run: with erasing, it would decay to denormal numbers, which are slow.
        for (var k = 0; k < Heads; k++)
            new Span<float>(Erases(row) + k * _ntm.Write.OutputsPerHead, Width).Clear();
    }

    private float* Erases(int row) => _history.Kept(0, row) + _ntm.Write.FirstOutput + _ntm.Write.OutputsPerHead - 2 * Width;

    private int FirstOutput(int head) =>
        head < Heads ? head * _ntm.Read.OutputsPerHead : _ntm.Write.FirstOutput + (head - Heads) * _ntm.Write.OutputsPerHead;

    private NtmCarried Carried(int slot, int row) => new(_ntm, _history.Carried(slot, row));

    private NtmCarried Gradient(int row) => new(_ntm, _scratch.DCarried(row));

    private HeadSlot Head(int row, int head)
    {
        var step = GroupForward<Lstm, NtmAccess>.StepOf(_shape, _history, _scratch, 0, row, null);
        return NtmAccess.Head(_ntm, step, head < Heads ? _ntm.Read : _ntm.Write, head % Heads, Carried(0, row));
    }
}
