// The gradients of the initial state, for sequences that start from the machine's own: sums over the samples, in their order.

#define SUM_THREADS 256

// The place of one element of the carried state in the flat gradient, or a negative number.
__device__ inline Index startPlace(const Sequence& q, const StartCall& call, Index element)
{
    Index units = (Index)q.layerCount * q.units;
    for (int part = 0; part < 2; part++, element -= units)
    {
        if (element >= units)
            continue;
        Index layer = call.layers[element / q.units * 2 + part];
        return layer < 0 ? -1 : layer + element % q.units;
    }
    Index sizes[4] = {readWidth(q), (Index)q.read.count * q.locations, (Index)q.write.count * q.locations, memorySize(q)};
    Index places[4] = {call.reads, call.readWeightings, call.writeWeightings, call.memory};
    for (int part = 0; part < 4; part++)
    {
        if (element < sizes[part])
            return places[part] < 0 ? -1 : places[part] + element;
        element -= sizes[part];
    }
    return -1;
}

// One thread for each element of the carried state.
extern "C" __global__ void __launch_bounds__(SUM_THREADS) ntmStartSums(Sequence q, StartCall call)
{
    Index size = carriedSize(q);
    Index element = (Index)blockIdx.x * SUM_THREADS + threadIdx.x;
    Index place = element < size ? startPlace(q, call, element) : -1;
    if (place < 0)
        return;
    float sum = 0;
    #pragma unroll 8
    for (int b = 0; b < q.batch; b++)
        sum += q.dCarried[b * size + element];
    // The reads are the tanh of their parameters.
    Index read = element - 2 * (Index)q.layerCount * q.units;
    if (read >= 0 && read < readWidth(q))
    {
        float y = tanhf(q.readVectorStart[read]);
        sum *= 1 - y * y;
    }
    call.gradient[place] = sum;
}

// One block for each head: the weightings are the softmax of their parameters. Replaces the weightings' gradients by the parameters'.
extern "C" __global__ void __launch_bounds__(SUM_THREADS) ntmStartWeightings(Sequence q, StartCall call)
{
    int head = blockIdx.x;
    bool reads = head < q.read.count;
    Index place = reads ? call.readWeightings : call.writeWeightings;
    if (place < 0)
        return;
    Index first = (Index)(reads ? head : head - q.read.count) * q.locations;
    const float* logits = (reads ? q.readWeightingStart : q.writeWeightingStart) + first;
    float* gradient = call.gradient + place + first;
    Team team(1);
    float largest = logits[0];
    for (int i = threadIdx.x; i < q.locations; i += SUM_THREADS)
        largest = fmaxf(largest, logits[i]);
    largest = team.max(largest);
    float center = gradient[0];
    float sum = 0;
    float mean = 0;
    for (int i = threadIdx.x; i < q.locations; i += SUM_THREADS)
    {
        float power = expf(logits[i] - largest);
        sum += power;
        mean += power * (gradient[i] - center);
    }
    team.sums(sum, mean);
    mean /= sum;
    for (int i = threadIdx.x; i < q.locations; i += SUM_THREADS)
        gradient[i] = expf(logits[i] - largest) / sum * (gradient[i] - center - mean);
}
