// Dropout of the controller's output. The masks are those of DropoutMasks.cs: functions of seed, sequence, step and unit.

struct Words
{
    unsigned at[4];
};

// Philox4x32-10, see Philox.cs.
__device__ inline Words philox(Words counter, unsigned long long key)
{
    unsigned first = (unsigned)key;
    unsigned second = (unsigned)(key >> 32);
    for (int round = 0; round < 10; round++)
    {
        unsigned long long low = 0xD2511F53ull * counter.at[0];
        unsigned long long high = 0xCD9E8D57ull * counter.at[2];
        counter = {{
            (unsigned)(high >> 32) ^ counter.at[1] ^ first, (unsigned)high, (unsigned)(low >> 32) ^ counter.at[3] ^ second, (unsigned)low}};
        first += 0x9E3779B9u;
        second += 0xBB67AE85u;
    }
    return counter;
}

// The factor of a unit at a step of the block's sample.
__device__ inline float dropoutFactor(const Sequence& q, int step, int unit)
{
    unsigned long long sequence = (unsigned long long)q.firstSequence + blockIdx.x;
    Words counter = {{(unsigned)unit / 4, (unsigned)(q.firstStep + step), (unsigned)sequence, (unsigned)(sequence >> 32)}};
    unsigned word = philox(counter, (unsigned long long)q.dropoutSeed).at[unit % 4];
    return word < (unsigned)q.dropoutThreshold ? 0 : q.dropoutScale;
}

__device__ inline float* droppedRow(const Sequence& q, int step) { return q.dropped + stepRow(q, step) * q.units; }

// Computes what the heads and the output layer see of the controller's output, whose next step sees the whole.
__device__ inline void dropOutput(const Sequence& q, int step, const float* output)
{
    float* dropped = droppedRow(q, step);
    for (int u = threadIdx.x; u < q.units; u += blockDim.x)
        dropped[u] = output[u] * dropoutFactor(q, step, u);
}

// Computes the gradient of the whole output, in place. Each thread changes the units that it reads in the layer's own backward pass.
__device__ inline void dropGradient(const Sequence& q, const BackwardWork& w, int step)
{
    for (int u = threadIdx.x; u < q.units; u += blockDim.x)
        w.dTop[u] *= dropoutFactor(q, step, u);
}
