// The backward pass over a chunk, after its forward pass. Gradients replace the values that they belong to: logits, head outputs, gates.
// The weight gradients follow from these in one product each.

// The gradient of the state after the chunk.
__device__ inline void beginBackward(const Sequence& q, const BackwardWork& w)
{
    Index units = (Index)q.layerCount * q.units;
    Index locations = (Index)headCount(q) * q.locations;
    bool last = q.firstStep + q.chunkSteps == q.steps;
    Carried<float> carried(q, q.dCarried);
    const float* memory = last ? part(q.dFinal, memoryPlace(q), memorySize(q)) : carried.memory;
    if (last)
    {
        fill(w.dOutputs, 0, units);
        fill(w.dCells, 0, units);
        fill(w.dReads, 0, readWidth(q));
        fill(w.dWeightings, 0, locations);
        __syncthreads();
        eachPart(q, q.dFinal, w.dOutputs, w.dCells, w.dReads, w.dWeightings,
            [](const float* tensor, float* array, Index size) { copy(tensor, array, size); });
    }
    else
    {
        copy(carried.outputs, w.dOutputs, units);
        copy(carried.cells, w.dCells, units);
        copy(carried.reads, w.dReads, readWidth(q));
        copy(carried.weightings, w.dWeightings, locations);
    }
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
        w.dMemory.at(e / q.width, e % q.width) = memory ? memory[e] : 0;
}

// The gradient of the state before the chunk.
__device__ inline void finishBackward(const Sequence& q, const BackwardWork& w)
{
    Carried<float> carried(q, q.dCarried);
    Index units = (Index)q.layerCount * q.units;
    copy(w.dOutputs, carried.outputs, units);
    copy(w.dCells, carried.cells, units);
    copy(w.dReads, carried.reads, readWidth(q));
    copy(w.dWeightings, carried.weightings, (Index)headCount(q) * q.locations);
    float* given = q.firstStep == 0 ? part(q.dGiven, memoryPlace(q), memorySize(q)) : 0;
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
    {
        float gradient = w.dMemory.at(e / q.width, e % q.width);
        carried.memory[e] = gradient;
        if (given)
            given[e] = gradient;
    }
    if (q.firstStep == 0)
        eachPart(q, q.dGiven, w.dOutputs, w.dCells, w.dReads, w.dWeightings,
            [](float* tensor, float* array, Index size) { copy(array, tensor, size); });
}

__device__ inline void loadHeads(const Sequence& q, const BackwardWork& w, int step)
{
    copy(q.activated + stepRow(q, step) * headOutputs(q), w.activated, headOutputs(q));
    Index locations = (Index)headCount(q) * q.locations;
    copy(q.weightings + slotRow(q, step + 1) * locations, w.weightings, locations);
}

__device__ inline void keyScales(const Sequence& q, const BackwardWork& w)
{
    for (int head = warp(); head < headCount(q); head += warps())
    {
        float scale = keyScale(w.activated + firstOutput(q, head), q.width);
        if (lane() == 0)
            w.keyScales[head] = scale;
    }
}

__device__ inline void accessBackward(const Sequence& q, const BackwardWork& w, int step, Matrix memory)
{
    if (!q.readsAfterWrite)
    {
        writeBackward(q, w, memory);
        addressBackward(q, w, 0, headCount(q), step, step, memory);
        return;
    }
    addressBackward(q, w, 0, q.read.count, step, step + 1, memory);
    // A thread replaces exactly the elements of the memory that it has read last.
    memory = loadMemory(q, w, step);
    writeBackward(q, w, memory);
    addressBackward(q, w, q.read.count, headCount(q), step, step, memory);
}

__device__ inline void backwardStep(const Sequence& q, const BackwardWork& w, int step)
{
    loadHeads(q, w, step);
    Matrix memory = loadMemory(q, w, q.readsAfterWrite ? step + 1 : step);
    resultGradients(q, w, step);
    __syncthreads();
    keyScales(q, w);
    throughOutput(q, w);
    accessBackward(q, w, step, memory);
    headGradients(q, w, step);
    __syncthreads();
    throughHeads(q, w);
    if (q.dropoutScale > 0)
        dropGradient(q, w, step);
    for (int l = q.layerCount - 1; l >= 0; l--)
    {
        const float* above = l == q.layerCount - 1 ? w.dTop : w.dBelow;
        layerBackward(q, w, l, step, above);
        __syncthreads();
        throughLayer(q, w, l, step);
    }
}

// Steps after a sequence's end.
__device__ inline void clearGradients(const Sequence& q, int step)
{
    Index sums = (Index)q.layerCount * gateRows(q);
    fill(q.gates + stepRow(q, step) * sums, 0, sums);
    fill(q.heads + stepRow(q, step) * headOutputs(q), 0, headOutputs(q));
    fill(q.results + stepRow(q, step) * q.outputSize, 0, q.outputSize);
    if (q.dInputs)
        fill(q.dInputs + callRow(q, step) * q.inputSize, 0, q.inputSize);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS) ntmBackward(Sequence q)
{
    BackwardWork w(q);
    beginBackward(q, w);
    int steps = smaller(q.chunkSteps, lengthOf(q, blockIdx.x) - q.firstStep);
    for (int s = q.chunkSteps - 1; s >= 0; s--)
    {
        if (s >= steps)
            clearGradients(q, s);
        else
            backwardStep(q, w, s);
    }
    // The last step ended with a barrier; if there was none, each thread finds the values that it wrote itself.
    finishBackward(q, w);
}
