using System.Runtime.InteropServices;

namespace Ntm.Runtime.Access;

/// <summary>Scratch for the heads of one sample.</summary>
internal sealed unsafe class NtmScratch : AccessScratch
{
    private readonly NativeBuffer _buffer = new();

    public NtmScratch(NtmShape shape)
    {
        var (heads, locations) = (shape.Heads, shape.LocationsPadded);
        var ringLength = Access.Ring.Length(locations, Math.Max(shape.Read.ShiftRange, shape.Write.ShiftRange));
        nint[] lengths = [(nint)heads * locations, locations, shape.ActivatedStride, ringLength, ringLength, (nint)MemoryWrite.ScratchPerHead * heads, locations];
        var at = _buffer.Require(lengths.Sum(l => l + 31L));
        var arrays = new float*[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            arrays[i] = at;
            at += (lengths[i] + 31) / 16 * 16;
        }

        RowFactors = arrays[0];
        OwnFactors = arrays[1];
        DActivated = arrays[2];
        Ring = arrays[3];
        OtherRing = arrays[4];
        WriteScratch = arrays[5];
        Mask = arrays[6];
        for (var i = 0; i < locations; i++)
            Mask[i] = BitConverter.Int32BitsToSingle(i < shape.Locations ? -1 : 0);
        var terms = heads + shape.Read.Count;
        Coefficients = (float**)NativeMemory.Alloc((nuint)(2 * terms), (nuint)sizeof(float*));
        Vectors = Coefficients + terms;
    }

    /// <summary>The factors of the keys in the gradient of the memory's rows, <c>[heads][N]</c>.</summary>
    public float* RowFactors { get; }

    /// <summary>The factors of the rows themselves in that gradient, <c>[N]</c>.</summary>
    public float* OwnFactors { get; }

    /// <summary>The gradients of the activated outputs.</summary>
    public float* DActivated { get; }

    public float* Ring { get; }

    public float* OtherRing { get; }

    public float* WriteScratch { get; }

    /// <summary>All bits set for locations, none for padding.</summary>
    public float* Mask { get; }

    /// <summary>The terms of the gradient of the memory: one array over the locations each ...</summary>
    public float** Coefficients { get; private set; }

    /// <summary>... and one over the width.</summary>
    public float** Vectors { get; }

    public override void Dispose()
    {
        _buffer.Dispose();
        NativeMemory.Free(Coefficients);
        Coefficients = null;
        GC.SuppressFinalize(this);
    }

    ~NtmScratch() => NativeMemory.Free(Coefficients);
}
