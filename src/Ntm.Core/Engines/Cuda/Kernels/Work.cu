// The working data of a block: vectors that change from step to step, and the memory. WorkLayout.cs counts the same floats.

struct Matrix
{
    float* start;
    int stride;    // between rows

    __device__ float& at(int row, int column) const { return start[(Index)row * stride + column]; }
};

// Takes one array after the other from a buffer.
struct Room
{
    float* next;

    __device__ float* take(Index count)
    {
        float* taken = next;
        next += count;
        return taken;
    }
};

// In shared memory, rows are an odd number of floats apart, so adjacent threads with one row each use different banks.
__device__ inline int sharedStride(const Sequence& q) { return q.width | 1; }

// The start of a block's own arrays.
__device__ inline Room insideRoom() { return Room{shared + SCRATCH(blockDim.x)}; }

__device__ inline Room outsideRoom(const Sequence& q) { return Room{q.workspace + blockIdx.x * q.workspaceStride}; }

struct ForwardWork
{
    float* below;         // inputs, reads: the input of the first layer
    float* reads;         // the second part of it
    float* outputs;       // two times [L * H], alternately the previous and the new ones
    float* cells;         // [L * H]
    float* raw;           // [P]
    float* activated;     // [P]
    float* keyScales;     // [heads]
    float* weightings;    // [heads * N]
    float* gated;         // [heads * N]
    float* logarithms;    // [heads * N], before that similarities
    float* memory;        // [N] rows, if they are in shared memory

    __device__ ForwardWork(const Sequence& q)
    {
        Room room = q.sharedVectors ? insideRoom() : outsideRoom(q);
        Index units = (Index)q.layerCount * q.units;
        Index locations = (Index)headCount(q) * q.locations;
        below = room.take(q.inputSize + readWidth(q));
        reads = below + q.inputSize;
        outputs = room.take(2 * units);
        cells = room.take(units);
        raw = room.take(headOutputs(q));
        activated = room.take(headOutputs(q));
        keyScales = room.take(headCount(q));
        weightings = room.take(locations);
        gated = room.take(locations);
        logarithms = room.take(locations);
        memory = (q.sharedVectors ? room : insideRoom()).next;
    }
};

struct BackwardWork
{
    float* dOutputs;      // [L * H]: gradients of the outputs from the next step
    float* dCells;        // [L * H]
    float* dReads;        // [R * M]
    float* dWeightings;   // [heads * N]
    float* dResults;      // [O]
    float* dTop;          // [H]
    float* dSums;         // [4H]
    float* dBelow;        // [H]: of the layer below
    float* activated;     // [P]
    float* dActivated;    // [P]
    float* dRaw;          // [P]
    float* keyScales;     // [heads]
    float* keyFactors;    // [heads]: the factor of the key in its own gradient
    float* weightings;    // [heads * N]: after the step
    float* gated;         // [heads * N]
    float* dShifted;      // [heads * N]
    float* rowFactors;    // [heads * N]: the factor of the key in the gradient of the rows; before that the gradients of the contents
    float* ownFactors;    // [heads * N]: the factor of the rows themselves in it
    Matrix dMemory;
    float* memory;        // [N] rows, if they are in shared memory
    float* others;        // [K][N * M]: the product of the other heads' factors, for several write heads

    __device__ BackwardWork(const Sequence& q)
    {
        Room room = q.sharedVectors ? insideRoom() : outsideRoom(q);
        Index units = (Index)q.layerCount * q.units;
        Index locations = (Index)headCount(q) * q.locations;
        dOutputs = room.take(units);
        dCells = room.take(units);
        dReads = room.take(readWidth(q));
        dWeightings = room.take(locations);
        dResults = room.take(q.outputSize);
        dTop = room.take(q.units);
        dSums = room.take(gateRows(q));
        dBelow = room.take(q.units);
        activated = room.take(headOutputs(q));
        dActivated = room.take(headOutputs(q));
        dRaw = room.take(headOutputs(q));
        keyScales = room.take(headCount(q));
        keyFactors = room.take(headCount(q));
        weightings = room.take(locations);
        gated = room.take(locations);
        dShifted = room.take(locations);
        rowFactors = room.take(locations);
        ownFactors = room.take(locations);
        // Matrices follow the vectors if they are in the same memory.
        Room inside = q.sharedVectors ? room : insideRoom();
        Room outside = q.sharedVectors ? outsideRoom(q) : room;
        dMemory.stride = q.sharedMemory ? sharedStride(q) : q.width;
        dMemory.start = (q.sharedMemory ? inside : outside).take((Index)q.locations * dMemory.stride);
        memory = inside.next;
        others = outside.next;
    }
};
