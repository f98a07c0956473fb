// Equations (2) to (4): reading and writing, and their gradients.

// The memory of a slot in global memory.
__device__ inline Matrix memorySlot(const Sequence& q, int slot)
{
    return Matrix{q.memory + slotRow(q, slot) * memorySize(q), q.width};
}

// r = sum_i w(i) M(i) for every read head. On return the reads are visible to the whole block.
__device__ inline void readMemory(const Sequence& q, const ForwardWork& w, int step, Matrix memory)
{
    float* kept = q.reads + slotRow(q, step + 1) * readWidth(q);
    columnSums(q.locations, readWidth(q),
        [&](int i, int column)
        {
            int head = column / q.width;
            return w.weightings[(Index)head * q.locations + i] * memory.at(i, column - head * q.width);
        },
        [&](int column, float sum) { kept[column] = w.reads[column] = sum; });
}

// M' = M prod_k (1 - w_k e_k) + sum_k w_k a_k; all heads erase before any adds.
__device__ inline void writeMemory(const Sequence& q, const ForwardWork& w, Matrix memory, Matrix next, Matrix kept)
{
    const float* weightings = w.weightings + (Index)q.write.firstHead * q.locations;
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
    {
        int i = e / q.width;
        int m = e - i * q.width;
        float left = memory.at(i, m);
        float added = 0;
        for (int k = 0; k < q.write.count; k++)
        {
            float weight = weightings[(Index)k * q.locations + i];
            const float* erase = w.activated + eraseOutput(q, k);
            left *= 1 - weight * erase[m];
            added += weight * erase[q.width + m];
        }
        float x = left + added;
        kept.at(i, m) = x;
        if (q.sharedMemory)
            next.at(i, m) = x;
    }
}

// A slot's memory for the backward pass: a copy in shared memory if it fits. Visible after the next barrier.
__device__ inline Matrix loadMemory(const Sequence& q, const BackwardWork& w, int slot)
{
    Matrix kept = memorySlot(q, slot);
    if (!q.sharedMemory)
        return kept;
    Matrix copy = {w.memory, sharedStride(q)};
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
        copy.at(e / q.width, e % q.width) = kept.start[e];
    return copy;
}

// For every write head and element, the product of the other heads' factors; only if there are several heads.
__device__ inline void otherHeads(const Sequence& q, const BackwardWork& w)
{
    const float* weightings = w.weightings + (Index)q.write.firstHead * q.locations;
    int last = q.write.count - 1;
    for (int e = threadIdx.x; e < memorySize(q) && last > 0; e += blockDim.x)
    {
        int i = e / q.width;
        int m = e - i * q.width;
        float before = 1;
        for (int k = 0; k <= last; k++)
        {
            w.others[(Index)k * memorySize(q) + e] = before;
            before *= 1 - weightings[(Index)k * q.locations + i] * w.activated[eraseOutput(q, k) + m];
        }
        float after = 1;
        for (int k = last; k >= 0; k--)
        {
            w.others[(Index)k * memorySize(q) + e] *= after;
            after *= 1 - weightings[(Index)k * q.locations + i] * w.activated[eraseOutput(q, k) + m];
        }
    }
}

__device__ inline float otherHeads(const Sequence& q, const BackwardWork& w, int k, int i, int m)
{
    return q.write.count == 1 ? 1 : w.others[(Index)k * memorySize(q) + i * q.width + m];
}

// From the gradient G of the written memory: dw_k(i) += sum_m G (a_k - M e_k P_k), de_k = -sum_i G M w_k P_k, da_k = sum_i G w_k and,
// in place, dM = G P, where P is the product of 1 - w e over the heads and P_k the same product without head k.
__device__ inline void writeBackward(const Sequence& q, const BackwardWork& w, Matrix memory)
{
    Index firstHead = q.write.firstHead;
    const float* weightings = w.weightings + firstHead * q.locations;
    otherHeads(q, w);
    // The memory may have been loaded just before.
    __syncthreads();
    for (Index j = threadIdx.x; j < (Index)q.write.count * q.locations; j += blockDim.x)
    {
        int k = (int)(j / q.locations);
        int i = (int)(j % q.locations);
        const float* erase = w.activated + eraseOutput(q, k);
        const float* add = erase + q.width;
        float sum = 0;
        for (int m = 0; m < q.width; m++)
            sum += w.dMemory.at(i, m) * (add[m] - memory.at(i, m) * erase[m] * otherHeads(q, w, k, i, m));
        float* dWeighting = w.dWeightings + firstHead * q.locations + j;
        *dWeighting = bounded(*dWeighting + sum);
    }
    int width = q.width;
    columnSums(q.locations, 2 * q.write.count * width,
        [&](int i, int column)
        {
            int k = column / (2 * width);
            int m = column - 2 * k * width;
            bool adds = m >= width;
            m -= adds ? width : 0;
            float product = w.dMemory.at(i, m) * weightings[(Index)k * q.locations + i];
            return adds ? product : -product * memory.at(i, m) * otherHeads(q, w, k, i, m);
        },
        [&](int column, float sum)
        {
            int k = column / (2 * width);
            w.dActivated[eraseOutput(q, k) + column - 2 * k * width] = sum;
        });
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
    {
        int i = e / width;
        int m = e - i * width;
        w.dMemory.at(i, m) *= otherHeads(q, w, 0, i, m) * (1 - weightings[i] * w.activated[eraseOutput(q, 0) + m]);
    }
}
