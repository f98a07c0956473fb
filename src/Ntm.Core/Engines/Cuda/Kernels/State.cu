// The state before the first step of a chunk and after its last one.

// The parts of a sample's row of carried state.
template <typename Float>
struct Carried
{
    Float* outputs;       // [L * H]
    Float* cells;         // [L * H]
    Float* reads;         // [R * M]
    Float* weightings;    // [heads * N]
    Float* memory;        // [N * M]

    __device__ Carried(const Sequence& q, Float* rows)
    {
        Index units = (Index)q.layerCount * q.units;
        outputs = rows + blockIdx.x * carriedSize(q);
        cells = outputs + units;
        reads = cells + units;
        weightings = reads + readWidth(q);
        memory = weightings + (Index)headCount(q) * q.locations;
    }
};

__device__ inline void copy(const float* source, float* target, Index count)
{
    for (Index i = threadIdx.x; i < count; i += blockDim.x)
        target[i] = source[i];
}

__device__ inline void fill(float* target, float value, Index count)
{
    for (Index i = threadIdx.x; i < count; i += blockDim.x)
        target[i] = value;
}

// The part of a state's tensor that belongs to the block's sample, or null.
template <typename Float>
__device__ Float* part(Float* const* table, int place, Index size)
{
    return table && table[place] ? table[place] + blockIdx.x * size : 0;
}

// Places in a state's table.
__device__ inline int outputPlace(const Sequence& q, int layer) { return layer * (q.recurs + q.hasCell); }

__device__ inline int cellPlace(const Sequence& q, int layer) { return outputPlace(q, layer) + 1; }

__device__ inline int memoryPlace(const Sequence& q) { return outputPlace(q, q.layerCount); }

__device__ inline int readsPlace(const Sequence& q) { return memoryPlace(q) + 1; }

__device__ inline int readWeightingsPlace(const Sequence& q) { return memoryPlace(q) + 2; }

__device__ inline int writeWeightingsPlace(const Sequence& q) { return memoryPlace(q) + 3; }

// Calls `visit(tensor, array, size)` for each tensor of a state and the array that holds its values, where there is such a tensor.
template <typename Tensor, typename Array, typename Visit>
__device__ void eachPart(const Sequence& q, Tensor* const* table, Array outputs, Array cells, Array reads, Array weightings, Visit visit)
{
    for (int l = 0; l < q.layerCount && q.recurs; l++)
    {
        if (Tensor* tensor = part(table, outputPlace(q, l), q.units))
            visit(tensor, outputs + l * q.units, q.units);
        if (Tensor* tensor = q.hasCell ? part(table, cellPlace(q, l), q.units) : 0)
            visit(tensor, cells + l * q.units, q.units);
    }
    if (Tensor* tensor = part(table, readsPlace(q), readWidth(q)))
        visit(tensor, reads, readWidth(q));
    Index written = (Index)q.read.count * q.locations;
    if (Tensor* tensor = part(table, readWeightingsPlace(q), written))
        visit(tensor, weightings, written);
    Index rest = (Index)q.write.count * q.locations;
    if (Tensor* tensor = part(table, writeWeightingsPlace(q), rest))
        visit(tensor, weightings + written, rest);
}

// The initial weightings of a bank: the softmax of their logits, or a constant.
__device__ inline void startWeightings(const Sequence& q, const Bank& bank, const float* start, bool learned, float* weightings)
{
    Team team(bank.count);
    int n = q.locations;
    for (int first = 0; first < bank.count; first += team.groups)
    {
        int head = first + team.group;
        bool active = team.group < team.groups && head < bank.count;
        int begin = active ? team.member : n;
        const float* logits = start + (learned ? (Index)head * n : 0);
        float* target = weightings + (Index)(bank.firstHead + head) * n;
        float largest = logits[0];
        for (int i = begin; i < n && learned; i += team.members)
            largest = fmaxf(largest, logits[i]);
        largest = team.max(largest);
        float sum = 0;
        for (int i = begin; i < n && learned; i += team.members)
            sum += target[i] = expf(logits[i] - largest);
        sum = team.sum(sum);
        for (int i = begin; i < n; i += team.members)
            target[i] = learned ? target[i] / sum : logits[0];
    }
}

// The machine's initial state, except for the memory.
__device__ inline void startState(const Sequence& q, const ForwardWork& w, float* outputs)
{
    for (int l = 0; l < q.layerCount; l++)
    {
        for (int u = threadIdx.x; u < q.units; u += blockDim.x)
        {
            outputs[l * q.units + u] = q.recurs ? q.layers[l * layerParts + initialOutput][u] : 0;
            w.cells[l * q.units + u] = q.hasCell ? q.layers[l * layerParts + initialCell][u] : 0;
        }
    }
    for (int m = threadIdx.x; m < readWidth(q); m += blockDim.x)
        w.reads[m] = q.learnsReads ? tanhf(q.readVectorStart[m]) : q.readVectorStart[0];
    startWeightings(q, q.read, q.readWeightingStart, q.learnsReadWeightings, w.weightings);
    // The first team ended with the other half of the partial results than the second one starts with, so no barrier is needed between them.
    startWeightings(q, q.write, q.writeWeightingStart, q.learnsWriteWeightings, w.weightings);
}

// The memory that the chunk starts from: a [N * M] array, or null for a constant.
__device__ inline const float* startMemory(const Sequence& q)
{
    if (q.before)
        return Carried<const float>(q, q.before).memory;
    if (q.given)
        return part(q.given, memoryPlace(q), memorySize(q));
    return q.memoryIsMatrix ? q.memoryStart : 0;
}

// Fills slot 0 and the block's own arrays.
__device__ inline void begin(const Sequence& q, const ForwardWork& w)
{
    Index row = slotRow(q, 0);
    Index units = (Index)q.layerCount * q.units;
    Index locations = (Index)headCount(q) * q.locations;
    float* outputs = w.outputs;
    if (q.before)
    {
        Carried<const float> carried(q, q.before);
        copy(carried.outputs, outputs, units);
        copy(carried.cells, w.cells, units);
        copy(carried.reads, w.reads, readWidth(q));
        copy(carried.weightings, w.weightings, locations);
    }
    else if (q.given)
    {
        // Layers without a recurrent state.
        fill(outputs, 0, q.recurs ? 0 : units);
        fill(w.cells, 0, q.hasCell ? 0 : units);
        eachPart(q, q.given, outputs, w.cells, w.reads, w.weightings,
            [](const float* tensor, float* array, Index size) { copy(tensor, array, size); });
    }
    else
    {
        startState(q, w, outputs);
    }

    const float* memory = startMemory(q);
    float* slot = q.memory + row * memorySize(q);
    int stride = sharedStride(q);
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
    {
        float x = memory ? memory[e] : q.memoryStart[0];
        slot[e] = x;
        if (q.sharedMemory)
            w.memory[e / q.width * stride + e % q.width] = x;
    }
    __syncthreads();
    copy(outputs, q.outputs + row * units, units);
    copy(w.cells, q.cells + row * units, units);
    copy(w.reads, q.reads + row * readWidth(q), readWidth(q));
    copy(w.weightings, q.weightings + row * locations, locations);
}

// Copies the state after `steps` steps to the next chunk and to the caller.
__device__ inline void finish(const Sequence& q, const ForwardWork& w, int steps)
{
    Index units = (Index)q.layerCount * q.units;
    float* outputs = w.outputs + (steps & 1) * units;
    const float* memory = q.memory + slotRow(q, steps) * memorySize(q);
    if (q.after)
    {
        Carried<float> carried(q, q.after);
        copy(outputs, carried.outputs, units);
        copy(w.cells, carried.cells, units);
        copy(w.reads, carried.reads, readWidth(q));
        copy(w.weightings, carried.weightings, (Index)headCount(q) * q.locations);
        copy(memory, carried.memory, memorySize(q));
    }
    if (q.final && q.firstStep + q.chunkSteps == q.steps)
    {
        eachPart(q, q.final, outputs, w.cells, w.reads, w.weightings, [](float* tensor, float* array, Index size) { copy(array, tensor, size); });
        if (float* tensor = part(q.final, memoryPlace(q), memorySize(q)))
            copy(memory, tensor, memorySize(q));
    }
}
