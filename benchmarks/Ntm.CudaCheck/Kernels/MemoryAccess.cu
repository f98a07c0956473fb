// Benchmarks: one operation of the memory access again and again, in a block per sample as in a sequence. Compiled behind the engine's kernels.

enum Operation { contentForward, shiftForward, readForward, writeForward, contentAlone, locationAlone, readAlone, writeAlone };

__device__ inline void repeatForward(const Sequence& q, int operation, int repeats)
{
    ForwardWork w(q);
    begin(q, w);
    copy(q.heads + stepRow(q, 0) * headOutputs(q), w.raw, headOutputs(q));
    __syncthreads();
    activateHeads(q, w, 0);
    __syncthreads();
    Matrix kept = memorySlot(q, 1);
    Matrix memory = q.sharedMemory ? Matrix{w.memory, sharedStride(q)} : memorySlot(q, 0);
    Matrix next = q.sharedMemory ? memory : kept;
    // Once everything, so that every operation finds what it needs.
    address(q, w, 0, headCount(q), 0, memory, q.rowScales + slotRow(q, 0) * q.locations);
    Team team(headCount(q));
    for (int r = 0; r < repeats; r++)
    {
        for (int first = 0; first < headCount(q) && (operation == contentForward || operation == shiftForward); first += team.groups)
        {
            Share share(q, team, first, headCount(q));
            HeadView head(q, w.activated, share.head, 0);
            if (operation == contentForward)
                contentWeighting(q, w, team, share, head, memory, 0);
            else
                shiftAndSharpen(q, w, team, share, head);
        }
        if (operation == readForward)
            readMemory(q, w, 0, memory);
        if (operation == writeForward)
            writeMemory(q, w, memory, next, kept);
        __syncthreads();
    }
}

__device__ inline void repeatBackward(const Sequence& q, int operation, int repeats)
{
    BackwardWork w(q);
    fill(w.dReads, 1, readWidth(q));
    fill(w.dWeightings, 0, (Index)headCount(q) * q.locations);
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
        w.dMemory.at(e / q.width, e % q.width) = 0;
    loadHeads(q, w, 0);
    Matrix memory = loadMemory(q, w, 0);
    __syncthreads();
    keyScales(q, w);
    __syncthreads();
    // Once everything, so that every operation finds what it needs.
    addressBackward(q, w, 0, headCount(q), 0, 0, memory);
    __syncthreads();
    const float* scales = q.rowScales + slotRow(q, 0) * q.locations;
    Team team(headCount(q));
    for (int r = 0; r < repeats; r++)
    {
        for (int first = 0; first < headCount(q) && operation != writeAlone; first += team.groups)
        {
            Share share(q, team, first, headCount(q));
            HeadView head(q, w.activated, share.head, 0);
            float* dNumbers = w.dActivated + firstOutput(q, share.head) + q.width;
            if (operation == readAlone && share.head < q.read.count)
                readBackward(q, w, team, share, memory);
            if (operation == locationAlone)
                locationBackward(q, w, team, share, head, dNumbers);
            if (operation == contentAlone)
                contentBackward(q, w, team, share, head, scales, dNumbers);
        }
        if (operation == contentAlone)
            memoryBackward(q, w, 0, headCount(q), memory);
        if (operation == writeAlone)
            writeBackward(q, w, memory);
        __syncthreads();
    }
    // The result is used: otherwise the compiler would remove the computation.
    Carried<float> carried(q, q.dCarried);
    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
        carried.memory[e] = w.dMemory.at(e / q.width, e % q.width);
}

extern "C" __global__ void __launch_bounds__(MOST_THREADS) ntmMemoryAccess(Sequence q, int operation, int repeats)
{
    if (operation < contentAlone)
        repeatForward(q, operation, repeats);
    else
        repeatBackward(q, operation, repeats);
}
