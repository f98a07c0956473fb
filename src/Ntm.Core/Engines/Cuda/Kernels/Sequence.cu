// What the launcher hands over: SequenceArguments.cs has the same fields in the same order.

// Heads of one kind, as HeadShape of the launcher.
struct Bank
{
    int count;
    int located;       // whether interpolation, shift and sharpening follow the content weighting
    int shiftRange;    // S
    int firstHead;
    int firstOutput;   // of the head layers' outputs
    int outputsPerHead;
};

// Per layer: weights of what lies below, of its own previous output, bias, initial output, initial cell state.
enum LayerPart { inputWeight, stateWeight, layerBias, initialOutput, initialCell, layerParts };

struct Sequence
{
    // Parameters, as torch lays them out.
    const float* const* layers;    // [L][layerParts]
    const float* readWeight;
    const float* readBias;
    const float* writeWeight;
    const float* writeBias;
    const float* outputWeight;
    const float* outputBias;
    const float* readStart;        // initial weightings: logits [R, N] if learned, else one value
    const float* writeStart;
    const float* readsStart;       // initial reads: [R, M], whose tanh they are, if learned, else one value
    const float* memoryStart;      // [N, M], or one value

    // The call. A table of a state's tensors: h_0, c_0, h_1, ..., memory, reads, read weightings, write weightings.
    const float* inputs;           // [T, B, I]
    const int* lengths;            // [B], or null: all T
    const float* const* given;     // the state before the first step, or null
    float* logits;                 // [T, B, O], or null
    float* const* final;           // where the state after the last step goes, or null
    float* const* trace;           // reads, erases, adds, read weightings, write weightings of every step, or null
    const float* targets;          // [T, B, O], or null
    const float* mask;             // [T, B]
    double* cost;                  // [B], in nats
    int* wrongBits;                // [B]
    const float* dLogits;          // [T, B, O], or null
    const float* const* dFinal;    // entries may be null
    float* const* dGiven;          // or null
    float* dInputs;                // [T, B, I], or null

    // What the steps of a stretch leave behind: row (step * B + b). Slots are one more than steps: slot s is before step s.
    float* outputs;                // slots of [L * H]
    float* cells;                  // slots of [L * H]
    float* gates;                  // steps of [L * 4H]; later the gradients of the sums
    float* heads;                  // steps of the raw head outputs [P]; later their gradients
    float* activated;              // steps of [P]
    float* results;                // steps of the raw logits [O]; later their gradients
    float* reads;                  // slots of [R * M]
    float* memory;                 // slots of [N * M]
    float* weightings;             // slots of [heads * N]
    float* similarities;           // steps of [heads * N]
    float* contents;               // steps of [heads * N]
    float* shifted;                // steps of [heads * N]
    float* rowScales;              // slots of [N]

    // Between stretches: [B] rows of outputs, cells, reads, weightings, memory.
    const float* before;           // the state before the stretch, or null: the start of the sequence
    float* after;                  // where the state after it goes, or null
    float* dCarried;               // in: the gradient of the state after it, unless it is the last; out: of the state before it
    float* workspace;              // for each block, what does not fit its shared memory

    long long workspaceStride;     // floats per block
    int batch;
    int steps;                     // T
    int firstStep;                 // of the stretch
    int stretchSteps;
    int inputSize;
    int outputSize;
    int units;
    int layerCount;
    int lstm;
    int locations;
    int width;
    int readsAfterWrite;
    int learnsReadStart;
    int learnsWriteStart;
    int learnsReadsStart;
    int memoryIsMatrix;
    int keep;                      // whether steps leave anything behind; if not, slots alternate between two
    int sharedVectors;             // whether a block's vectors lie in its shared memory
    int sharedMemory;              // whether its memory does
    float clip;
    Bank read;
    Bank write;
};

// Added to squared norms and to weights before the logarithm, as MemoryEquations.
#define NORM_EPSILON 1e-8f
#define WEIGHT_EPSILON 1e-12f

typedef long long Index;

__device__ inline int headCount(const Sequence& q) { return q.read.count + q.write.count; }

__device__ inline int readWidth(const Sequence& q) { return q.read.count * q.width; }

__device__ inline int memorySize(const Sequence& q) { return q.locations * q.width; }

__device__ inline int gateRows(const Sequence& q) { return q.lstm ? 4 * q.units : q.units; }

__device__ inline int headOutputs(const Sequence& q) { return q.write.firstOutput + q.write.count * q.write.outputsPerHead; }

__device__ inline int belowWidth(const Sequence& q, int layer) { return layer == 0 ? q.inputSize + readWidth(q) : q.units; }

__device__ inline const Bank& bankOf(const Sequence& q, int head) { return head < q.read.count ? q.read : q.write; }

// Where a head's numbers begin among the head layers' outputs.
__device__ inline int firstOutput(const Sequence& q, int head)
{
    const Bank& bank = bankOf(q, head);
    return bank.firstOutput + (head - bank.firstHead) * bank.outputsPerHead;
}

// Where a write head's erase vector begins; the add vector follows it.
__device__ inline int eraseOutput(const Sequence& q, int writeHead)
{
    return q.write.firstOutput + (writeHead + 1) * q.write.outputsPerHead - 2 * q.width;
}

// Floats per sample of what is carried from step to step.
__device__ inline Index carriedSize(const Sequence& q)
{
    return 2 * (Index)q.layerCount * q.units + readWidth(q) + (Index)headCount(q) * q.locations + memorySize(q);
}

__device__ inline int lengthOf(const Sequence& q, int sample) { return q.lengths ? q.lengths[sample] : q.steps; }

// The row of a slot and of a step of the block's sample.
__device__ inline Index slotRow(const Sequence& q, int slot) { return (Index)(q.keep ? slot : slot & 1) * q.batch + blockIdx.x; }

__device__ inline Index stepRow(const Sequence& q, int step) { return (Index)(q.keep ? step : 0) * q.batch + blockIdx.x; }

// The row of a step of the block's sample among all T * B.
__device__ inline Index callRow(const Sequence& q, int step) { return (Index)(q.firstStep + step) * q.batch + blockIdx.x; }
