namespace Ntm.Core.Engines.Cpu;

/// <summary>What flows backward from step to step for a group of samples, and scratch. One per thread.</summary>
internal sealed unsafe class GroupScratch : IDisposable
{
    private readonly MachineShape _shape;
    private readonly NativeBuffer _buffer = new();
    private readonly float*[] _dLayers;
    private readonly float*[] _dCells;
    private float* _dMemory;
    private float* _dWeightings;

    public GroupScratch(MachineShape shape)
    {
        _shape = shape;
        _dLayers = new float*[shape.Layers];
        _dCells = new float*[shape.Layers];
        Coefficients = (float**)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)(2 * TermCount(shape)), (nuint)sizeof(float*));
        Vectors = Coefficients + TermCount(shape);
    }

    /// <summary>The gradients of the top row.</summary>
    public float* DTop { get; private set; }

    /// <summary>Scratch for the heads of one sample: factors of keys <c>[heads][N]</c>, the gradients of activated outputs, ...</summary>
    public float* RowFactors { get; private set; }

    public float* OwnFactors { get; private set; }

    public float* DActivated { get; private set; }

    public float* Ring { get; private set; }

    public float* OtherRing { get; private set; }

    public float* WriteScratch { get; private set; }

    /// <summary>All bits set for locations, none for padding.</summary>
    public float* Mask { get; private set; }

    /// <summary>All bits set for units, none for padding.</summary>
    public float* UnitMask { get; private set; }

    public float** Coefficients { get; private set; }

    public float** Vectors { get; }

    public float* DLayer(int layer, int row) => _dLayers[layer] + row * _shape.LayerStride(layer);

    public float* DCells(int layer, int row) => _dCells[layer] + row * _shape.UnitsPadded;

    public float* DMemory(int row) => _dMemory + (nint)row * _shape.MemorySize;

    public float* DWeighting(int row, int head) => _dWeightings + ((nint)row * _shape.Heads + head) * _shape.LocationsPadded;

    /// <summary>Makes room for a group and clears what flows backward.</summary>
    public void Arrange(int rows)
    {
        var (heads, locations) = (_shape.Heads, _shape.LocationsPadded);
        var ringLength = Cpu.Ring.Length(locations, Math.Max(_shape.Read.ShiftRange, _shape.Write.ShiftRange));
        var carried = (long)rows * (_shape.MemorySize + (long)heads * locations);
        for (var l = 0; l < _shape.Layers; l++)
            carried += (long)rows * (_shape.LayerStride(l) + _shape.UnitsPadded) + 64;
        var scratch = (long)rows * _shape.TopStride + (heads + 2L) * locations + _shape.ActivatedStride + 2L * ringLength + (long)MemoryWrite.ScratchPerHead * heads + _shape.UnitsPadded;
        var start = _buffer.Require(carried + scratch + 64 * 16);
        var at = start;
        _dMemory = Take(ref at, (nint)rows * _shape.MemorySize);
        _dWeightings = Take(ref at, (nint)rows * heads * locations);
        for (var l = 0; l < _shape.Layers; l++)
        {
            _dLayers[l] = Take(ref at, rows * _shape.LayerStride(l));
            _dCells[l] = Take(ref at, rows * _shape.UnitsPadded);
        }

        System.Runtime.InteropServices.NativeMemory.Clear(start, (nuint)((at - start) * sizeof(float)));
        DTop = Take(ref at, rows * _shape.TopStride);
        RowFactors = Take(ref at, (nint)heads * locations);
        OwnFactors = Take(ref at, locations);
        DActivated = Take(ref at, _shape.ActivatedStride);
        Ring = Take(ref at, ringLength);
        OtherRing = Take(ref at, ringLength);
        WriteScratch = Take(ref at, MemoryWrite.ScratchPerHead * heads);
        Mask = Take(ref at, locations);
        UnitMask = Take(ref at, _shape.UnitsPadded);
        FillMask(Mask, _shape.Locations, locations);
        FillMask(UnitMask, _shape.Units, _shape.UnitsPadded);
    }

    public void Dispose()
    {
        _buffer.Dispose();
        System.Runtime.InteropServices.NativeMemory.Free(Coefficients);
        Coefficients = null;
        GC.SuppressFinalize(this);
    }

    ~GroupScratch() => System.Runtime.InteropServices.NativeMemory.Free(Coefficients);

    private static int TermCount(MachineShape shape) => shape.Heads + shape.Read.Count;

    private static void FillMask(float* mask, int set, int count)
    {
        for (var i = 0; i < count; i++)
            mask[i] = BitConverter.Int32BitsToSingle(i < set ? -1 : 0);
    }

    private static float* Take(ref float* at, nint length)
    {
        var taken = at;
        at += (length + 31) / 16 * 16;
        return taken;
    }
}
