using System.Runtime.InteropServices;

namespace Ntm.Core.Engines.Cuda;

/// <summary>Heads of one kind, as <see cref="HeadShape"/>.</summary>
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

/// <summary>
/// What the kernels of a sequence are given. <c>Arguments.cu</c>, which declares the same for them, is made of these structures (see
/// <c>KernelArguments</c> in the tests). Chunks' rows are <c>step * B + b</c>; slots are one more than steps: slot <c>s</c> is before step <c>s</c>. A table
/// of a state's tensors is in the order of <see cref="StateLayout.Tensors"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SequenceArguments
{
    /// <summary>The most sums of a unit of a controller.</summary>
    public const int MostSums = 4;

    /// <summary><c>[L][layerParts]</c>.</summary>
    public float** Layers;
    public float* ReadWeight;
    public float* ReadBias;
    public float* WriteWeight;
    public float* WriteBias;
    public float* OutputWeight;
    public float* OutputBias;
    /// <summary>Initial weightings: logits <c>[R, N]</c> if learned, else one value.</summary>
    public float* ReadWeightingStart;
    public float* WriteWeightingStart;
    /// <summary>Initial reads: <c>[R, M]</c>, whose tanh they are, if learned, else one value.</summary>
    public float* ReadVectorStart;
    /// <summary><c>[N, M]</c>, or one value.</summary>
    public float* MemoryStart;

    /// <summary><c>[T, B, I]</c>.</summary>
    public float* Inputs;
    /// <summary><c>[B]</c>, or null: all T.</summary>
    public int* Lengths;
    /// <summary>The state before the first step, or null.</summary>
    public float** Given;
    /// <summary><c>[T, B, O]</c>, or null.</summary>
    public float* Logits;
    /// <summary>Where the state after the last step goes, or null.</summary>
    public float** Final;
    /// <summary>Reads, erases, adds, read weightings, write weightings of every step, or null.</summary>
    public float** Trace;
    /// <summary><c>[T, B, O]</c>, or null.</summary>
    public float* Targets;
    /// <summary><c>[T, B]</c>.</summary>
    public float* Mask;
    /// <summary><c>[B]</c>, in nats.</summary>
    public double* Cost;
    /// <summary><c>[B]</c>.</summary>
    public int* WrongBits;
    /// <summary><c>[T, B, O]</c>, or null.</summary>
    public float* DLogits;
    /// <summary>Entries may be null.</summary>
    public float** DFinal;
    /// <summary>Or null.</summary>
    public float** DGiven;
    /// <summary><c>[T, B, I]</c>, or null.</summary>
    public float* DInputs;

    /// <summary>Slots of <c>[L * H]</c>.</summary>
    public float* Outputs;
    /// <summary>Slots of <c>[L * H]</c>.</summary>
    public float* Cells;
    /// <summary>Steps of <c>[L * 4H]</c>; later the gradients of the sums.</summary>
    public float* Gates;
    /// <summary>Steps of the raw head outputs <c>[P]</c>; later their gradients.</summary>
    public float* Heads;
    /// <summary>Steps of <c>[P]</c>.</summary>
    public float* Activated;
    /// <summary>Steps of the raw logits <c>[O]</c>; later their gradients.</summary>
    public float* Results;
    /// <summary>Slots of <c>[R * M]</c>.</summary>
    public float* Reads;
    /// <summary>Slots of <c>[N * M]</c>.</summary>
    public float* Memory;
    /// <summary>Slots of <c>[heads * N]</c>.</summary>
    public float* Weightings;
    /// <summary>Steps of <c>[heads * N]</c>.</summary>
    public float* Similarities;
    /// <summary>Steps of <c>[heads * N]</c>.</summary>
    public float* Contents;
    /// <summary>Steps of <c>[heads * N]</c>.</summary>
    public float* Shifted;
    /// <summary>Slots of <c>[N]</c>.</summary>
    public float* RowScales;

    /// <summary>The state before the chunk, or null: the start of the sequence.</summary>
    public float* Before;
    /// <summary>Where the state after it goes, or null.</summary>
    public float* After;
    /// <summary>In: the gradient of the state after it, unless it is the last; out: of the state before it.</summary>
    public float* DCarried;
    /// <summary>For each block, what does not fit its shared memory.</summary>
    public float* Workspace;

    /// <summary>Floats per block.</summary>
    public long WorkspaceStride;
    public int Batch;
    /// <summary>T.</summary>
    public int Steps;
    /// <summary>Of the chunk.</summary>
    public int FirstStep;
    public int ChunkSteps;
    public int InputSize;
    public int OutputSize;
    public int Units;
    public int LayerCount;
    /// <summary>The controller: the number of its kind, and what its layout says.</summary>
    public int Controller;
    public int Sums;
    public int Recurs;
    public int HasCell;
    public fixed int InputBlocks[MostSums];
    public fixed int StateBlocks[MostSums];
    public int Locations;
    public int Width;
    public int ReadsAfterWrite;
    public int LearnsReadWeightings;
    public int LearnsWriteWeightings;
    public int LearnsReads;
    public int MemoryIsMatrix;
    /// <summary>Whether steps leave anything behind; if not, slots alternate between two.</summary>
    public int Keep;
    /// <summary>Whether a block's vectors lie in its shared memory.</summary>
    public int SharedVectors;
    /// <summary>Whether its memory does.</summary>
    public int SharedMemory;
    /// <summary>The number of the loss, <see cref="LossKind"/>.</summary>
    public int Loss;
    public float Clip;
    public BankArguments Read;
    public BankArguments Write;
}

/// <summary>One weight gradient.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProductArguments
{
    /// <summary>The gradients of the outputs, dZ.</summary>
    public float* Gradients;
    /// <summary>The inputs, X; null for ones, of one column.</summary>
    public float* Inputs;
    public long GradientStride;
    public long InputStride;
    /// <summary>Of the first element in the flat gradient.</summary>
    public long Target;
    public long TargetStride;
    public int Rows;
    public int Columns;
    /// <summary>Among the tiles of all products.</summary>
    public int FirstTile;
    public int TilesAcross;
}

/// <summary>All weight gradients of a chunk.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProductCallArguments
{
    public ProductArguments* Products;
    /// <summary><c>[parts]</c> flat gradients.</summary>
    public float* Parts;
    /// <summary>Flat, added to.</summary>
    public float* Gradient;
    /// <summary>Of the flat gradient.</summary>
    public long Length;
    /// <summary>Rows: steps times samples.</summary>
    public long Count;
    public long RowsPerPart;
    public int ProductCount;
    public int PartCount;
}

/// <summary>Where the gradients of the initial state go.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StartCallArguments
{
    /// <summary><c>[L][2]</c>: initial output, initial cell state; here and below negative for what is not learned.</summary>
    public long* Layers;
    public float* Gradient;
    public long Reads;
    public long ReadWeightings;
    public long WriteWeightings;
    public long Memory;
}
