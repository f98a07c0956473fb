using System.Runtime.InteropServices;

namespace Ntm.Core.Engines.Cuda;

/// <summary>Heads of one kind, as the kernels see them: <c>Bank</c> of <c>Sequence.cu</c>, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BankArguments
{
    public int Count;
    public int Located;
    public int ShiftRange;
    public int FirstHead;
    public int FirstOutput;
    public int OutputsPerHead;
}

/// <summary>What the kernels of a sequence are given: <c>Sequence</c> of <c>Sequence.cu</c>, field by field, which says what each is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SequenceArguments
{
    public float** Layers;
    public float* ReadWeight;
    public float* ReadBias;
    public float* WriteWeight;
    public float* WriteBias;
    public float* OutputWeight;
    public float* OutputBias;
    public float* ReadStart;
    public float* WriteStart;
    public float* ReadsStart;
    public float* MemoryStart;

    public float* Inputs;
    public int* Lengths;
    public float** Given;
    public float* Logits;
    public float** Final;
    public float** Trace;
    public float* Targets;
    public float* Mask;
    public double* Cost;
    public int* WrongBits;
    public float* DLogits;
    public float** DFinal;
    public float** DGiven;
    public float* DInputs;

    public float* Outputs;
    public float* Cells;
    public float* Gates;
    public float* Heads;
    public float* Activated;
    public float* Results;
    public float* Reads;
    public float* Memory;
    public float* Weightings;
    public float* Similarities;
    public float* Contents;
    public float* Shifted;
    public float* RowScales;

    public float* Before;
    public float* After;
    public float* DCarried;
    public float* Workspace;

    public long WorkspaceStride;
    public int Batch;
    public int Steps;
    public int FirstStep;
    public int StretchSteps;
    public int InputSize;
    public int OutputSize;
    public int Units;
    public int LayerCount;
    public int Lstm;
    public int Locations;
    public int Width;
    public int ReadsAfterWrite;
    public int LearnsReadStart;
    public int LearnsWriteStart;
    public int LearnsReadsStart;
    public int MemoryIsMatrix;
    public int Keep;
    public int SharedVectors;
    public int SharedMemory;
    public float Clip;
    public BankArguments Read;
    public BankArguments Write;
}

/// <summary>One weight gradient: <c>Product</c> of <c>WeightGradient.cu</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProductArguments
{
    public float* Gradients;
    public float* Inputs;
    public long GradientStride;
    public long InputStride;
    public long Target;
    public long TargetStride;
    public int Rows;
    public int Columns;
    public int FirstTile;
    public int TilesAcross;
}

/// <summary>All weight gradients of a stretch: <c>ProductCall</c> of <c>WeightGradient.cu</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProductCallArguments
{
    public ProductArguments* Products;
    public float* Parts;
    public float* Gradient;
    public long Length;
    public long Count;
    public long RowsPerPart;
    public int ProductCount;
    public int PartCount;
}

/// <summary>Where the gradients of the initial state go: <c>StartCall</c> of <c>InitialGradient.cu</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StartCallArguments
{
    public long* Layers;
    public float* Gradient;
    public long Reads;
    public long ReadWeightings;
    public long WriteWeightings;
    public long Memory;
}
