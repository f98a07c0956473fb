// The forward pass: one block per sample, all steps of a chunk in one launch.

// Copies what the heads did in a step to the caller's trace.
__device__ inline void saveTrace(const Sequence& q, const ForwardWork& w, int step)
{
    Index row = callRow(q, step);
    Index read = (Index)q.read.count * q.locations;
    Index written = (Index)q.write.count * q.locations;
    copy(w.reads, q.trace[0] + row * readWidth(q), readWidth(q));
    copy(w.weightings, q.trace[3] + row * read, read);
    copy(w.weightings + read, q.trace[4] + row * written, written);
    for (int j = threadIdx.x; j < q.write.count * q.width; j += blockDim.x)
    {
        int k = j / q.width;
        const float* erase = w.activated + eraseOutput(q, k) + j % q.width;
        q.trace[1][row * q.write.count * q.width + j] = erase[0];
        q.trace[2][row * q.write.count * q.width + j] = erase[q.width];
    }
}

// The memory before and after a step: in place in shared memory, or in its slots.
__device__ inline void accessMemory(const Sequence& q, const ForwardWork& w, int step)
{
    Matrix kept = memorySlot(q, step + 1);
    Matrix memory = q.sharedMemory ? Matrix{w.memory, sharedStride(q)} : memorySlot(q, step);
    Matrix next = q.sharedMemory ? memory : kept;
    float* scales = q.rowScales + slotRow(q, step) * q.locations;
    if (q.readsAfterWrite)
    {
        address(q, w, q.read.count, headCount(q), step, memory, scales);
        writeMemory(q, w, memory, next, kept);
        __syncthreads();
        address(q, w, 0, q.read.count, step, next, q.rowScales + slotRow(q, step + 1) * q.locations);
        readMemory(q, w, step, next);
    }
    else
    {
        address(q, w, 0, headCount(q), step, memory, scales);
        readMemory(q, w, step, memory);
        writeMemory(q, w, memory, next, kept);
    }
}

__device__ inline void forwardStep(const Sequence& q, const ForwardWork& w, int step, Cost& cost)
{
    Index units = (Index)q.layerCount * q.units;
    const float* before = w.outputs + (step & 1) * units;
    float* after = w.outputs + ((step + 1) & 1) * units;
    copy(q.inputs + callRow(q, step) * q.inputSize, w.below, q.inputSize);
    __syncthreads();
    const float* below = w.below;
    for (int l = 0; l < q.layerCount; l++)
    {
        Index layer = (Index)l * q.units;
        layerForward(q, w, l, step, below, before + layer, after + layer);
        __syncthreads();
        below = after + layer;
    }
    if (q.dropoutScale > 0)
    {
        dropOutput(q, step, below);
        below = droppedRow(q, step);
        __syncthreads();
    }
    headLayers(q, w, step, below);
    __syncthreads();
    activateHeads(q, w, step);
    __syncthreads();
    accessMemory(q, w, step);
    outputLayer(q, w, step, below, cost);
    if (q.trace)
        saveTrace(q, w, step);
}

// Steps after a sequence's end count only in sums over all steps, for which their values must be finite.
__device__ inline void clearStep(const Sequence& q, int step)
{
    Index units = (Index)q.layerCount * q.units;
    fill(q.outputs + slotRow(q, step + 1) * units, 0, units);
    fill(q.reads + slotRow(q, step + 1) * readWidth(q), 0, readWidth(q));
    if (q.dropoutScale > 0)
        fill(droppedRow(q, step), 0, q.units);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS) ntmForward(Sequence q)
{
    ForwardWork w(q);
    begin(q, w);
    Cost cost = {0, 0};
    int steps = smaller(q.chunkSteps, lengthOf(q, blockIdx.x) - q.firstStep);
    for (int s = 0; s < steps; s++)
        forwardStep(q, w, s, cost);
    if (q.targets)
        saveCost(q, cost);
    for (int s = steps < 0 ? 0 : steps; s < q.chunkSteps && q.keep; s++)
        clearStep(q, s);
    finish(q, w, steps < 0 ? 0 : steps);
}
