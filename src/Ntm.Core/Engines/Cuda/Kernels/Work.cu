// What a block works with: vectors that change from step to step, and the memory. WorkLayout.cs counts the same floats.

struct Matrix
{
    float* start;
    int stride;    // between rows

    __device__ float& at(int row, int column) const { return start[(Index)row * stride + column]; }
};

// Takes one array after the other.
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

// In shared memory rows lie an odd number of floats apart: threads side by side, each with a row, then meet different banks.
__device__ inline int sharedStride(const Sequence& q) { return q.width | 1; }

// Where a block's own arrays begin.
__device__ inline Room insideRoom() { return Room{shared + SCRATCH(blockDim.x)}; }

__device__ inline Room outsideRoom(const Sequence& q) { return Room{q.workspace + blockIdx.x * q.workspaceStride}; }

struct ForwardWork
{
    float* below;         // inputs, reads: what lies below the first layer
    float* reads;         // the second part of it
    float* outputs;       // two times [L * H], by turns the previous and the new ones
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
    float* keyFactors;    // [heads]: what multiplies the key in its own gradient
    float* weightings;    // [heads * N]: after the step
    float* gated;         // [heads * N]
    float* dShifted;      // [heads * N]
    float* rowFactors;    // [heads * N]: what multiplies the key in the gradient of the rows; before that the gradients of the contents
    float* ownFactors;    // [heads * N]: what multiplies the rows themselves in it
    Matrix dMemory;
    float* memory;        // [N] rows, if they are in shared memory
    float* others;        // [K][N * M]: the product of what the other heads leave, for several write heads

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
        // Matrices come behind the vectors where they lie in the same place.
        Room inside = q.sharedVectors ? room : insideRoom();
        Room outside = q.sharedVectors ? outsideRoom(q) : room;
        dMemory.stride = q.sharedMemory ? sharedStride(q) : q.width;
        dMemory.start = (q.sharedMemory ? inside : outside).take((Index)q.locations * dMemory.stride);
        memory = inside.next;
        others = outside.next;
    }
};
