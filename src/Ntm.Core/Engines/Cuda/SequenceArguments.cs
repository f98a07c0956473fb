using System.Runtime.InteropServices;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The heads of one kind, like <see cref="HeadShape"/>.</summary>
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
/// The arguments of the kernels of a sequence. <c>Arguments.cu</c>, which declares the same for the kernels, is generated from these structures (see
/// <c>KernelArguments</c> in the tests). The rows of a chunk are <c>step * B + b</c>. There is one more slot than steps: slot <c>s</c> is before step
/// <c>s</c>.
/// A table of a state's tensors is in the order of <see cref="StateLayout.Tensors"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SequenceArguments
{
    /// <summary>The maximum number of sums per unit of a controller.</summary>
    public const int MostSums = 4;

    /// <summary><c>[L][layerParts]</c>.</summary>
    public float** Layers;
    public float* ReadWeight;
    public float* ReadBias;
    public float* WriteWeight;
    public float* WriteBias;
    public float* OutputWeight;
    public float* OutputBias;
    /// <summary>Initial weightings: logits <c>[R, N]</c> if learned, otherwise one value.</summary>
    public float* ReadWeightingStart;
    public float* WriteWeightingStart;
    /// <summary>Initial reads: if learned, <c>[R, M]</c> to which tanh is applied, otherwise one value.</summary>
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
    /// <summary>The target for the state after the last step, or null.</summary>
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
    public int* Wrong;
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
    /// <summary>Steps of the controller's output after dropout <c>[H]</c>; only if there is dropout.</summary>
    public float* Dropped;
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

    /// <summary>The state before the chunk, or null for the start of the sequence.</summary>
    public float* Before;
    /// <summary>The target for the state after the chunk, or null.</summary>
    public float* After;
    /// <summary>In: the gradient of the state after the chunk, unless it is the last; out: the gradient of the state before it.</summary>
    public float* DCarried;
    /// <summary>For each block, the data that does not fit its shared memory.</summary>
    public float* Workspace;

    /// <summary>Floats per block.</summary>
    public long WorkspaceStride;
    /// <summary>The dropout's seed, see <see cref="DropoutMasks"/>; 64 bits without a sign.</summary>
    public long DropoutSeed;
    /// <summary>The number of the call's first sequence in the stream of dropout masks.</summary>
    public long FirstSequence;
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
    /// <summary>The controller: the number of its kind, and the data of its layout.</summary>
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
    /// <summary>Whether the steps are kept; if not, slots alternate between two.</summary>
    public int Keep;
    /// <summary>Whether a block's vectors are in its shared memory.</summary>
    public int SharedVectors;
    /// <summary>Whether a block's matrices are in its shared memory.</summary>
    public int SharedMemory;
    /// <summary>The number of the loss, <see cref="LossKind"/>.</summary>
    public int Loss;
    public float Clip;
    /// <summary>The factor of units that are kept; 0 if there is no dropout.</summary>
    public float DropoutScale;
    /// <summary>Random words below this are dropped; 32 bits without a sign.</summary>
    public int DropoutThreshold;
    public BankArguments Read;
    public BankArguments Write;
}

/// <summary>One weight gradient.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProductArguments
{
    /// <summary>The gradients of the outputs, dZ.</summary>
    public float* Gradients;
    /// <summary>The inputs, X; null for a column of ones.</summary>
    public float* Inputs;
    public long GradientStride;
    public long InputStride;
    /// <summary>The place of the first element in the flat gradient.</summary>
    public long Target;
    public long TargetStride;
    public int Rows;
    public int Columns;
    /// <summary>The place among the tiles of all products.</summary>
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
    /// <summary>The flat gradient, which is added to.</summary>
    public float* Gradient;
    /// <summary>The length of the flat gradient.</summary>
    public long Length;
    /// <summary>The number of rows: steps times samples.</summary>
    public long Count;
    public long RowsPerPart;
    public int ProductCount;
    public int PartCount;
}

/// <summary>The places of the gradients of the initial state.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StartCallArguments
{
    /// <summary><c>[L][2]</c>: initial output, initial cell state. Here and below, a negative place means not learned.</summary>
    public long* Layers;
    public float* Gradient;
    public long Reads;
    public long ReadWeightings;
    public long WriteWeightings;
    public long Memory;
}
