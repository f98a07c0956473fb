// The gradients of Addressing.cu and of reading.

// Goes back through equation (9), for the locations of a thread: from the gradient of the weighting to that of the shifted one. Returns the
// thread's share of the gradient of gamma.
__device__ inline float sharpenBackward(const Sequence& q, const BackwardWork& w, Team& team, const Share& share, const HeadView& head, int begin)
{
    Index first = (Index)share.head * q.locations;
    const float* weighting = w.weightings + first;
    const float* d = w.dWeightings + first;
    // A softmax does not depend on the common part of its gradients, but its rounding does: with a constant memory they are all
    // equal, and the result must be zero. The same holds for the logarithms in the gradient of gamma.
    float center = d[0];
    float mean = 0;
    for (int i = begin; i < q.locations; i += team.members)
        mean += weighting[i] * (d[i] - center);
    mean = team.sum(mean);
    int range = bankOf(q, share.head).shiftRange;
    bool works = begin < q.locations;
    float gamma = works ? head.numbers[2 * range + 3] : 0;
    float gate = works ? head.numbers[1] : 0;
    float common = works ? logf(head.shifted[0]) : 0;
    float dGamma = 0;
    for (int i = begin; i < q.locations; i += team.members)
    {
        float gradient = weighting[i] * (d[i] - center - mean);
        float shifted = head.shifted[i];
        dGamma += gradient * (logf(shifted) - common);
        w.dShifted[first + i] = gamma * gradient / shifted;
        float previous = head.before[i];
        w.gated[first + i] = previous + gate * (head.contents[i] - previous);
    }
    return dGamma;
}

// Goes back through equation (8): ds(j) = sum_i dw_s(i) w_g(i - j), each by one warp of the head.
__device__ inline void shiftWeightingBackward(const Sequence& q, const BackwardWork& w, const Team& team, const Share& share, float* dShift)
{
    if (!share.active)
        return;
    int range = bankOf(q, share.head).shiftRange;
    Index first = (Index)share.head * q.locations;
    for (int s = team.member / WARP - range; s <= range; s += team.warpsPerGroup)
    {
        float sum = 0;
        for (int i = lane(); i < q.locations; i += WARP)
            sum += w.dShifted[first + i] * w.gated[first + wrapped(i, -s, q.locations)];
        sum = warpSum(sum);
        if (lane() == 0)
            dShift[s + range] = sum;
    }
}

// Goes back through equations (8) and (7): leaves the gradients of the content weighting and of the previous one. Returns the thread's
// share of the gate's gradient.
__device__ inline float gateBackward(const Sequence& q, const BackwardWork& w, const Team& team, const Share& share, const HeadView& head, int begin)
{
    Index first = (Index)share.head * q.locations;
    int range = bankOf(q, share.head).shiftRange;
    const float* shift = head.numbers + 2 + range;
    float dGate = 0;
    for (int i = begin; i < q.locations; i += team.members)
    {
        float d = 0;
        for (int s = -range; s <= range; s++)
            d += shift[s] * w.dShifted[first + wrapped(i, s, q.locations)];
        dGate += d * (head.contents[i] - head.before[i]);
        float through = head.numbers[1] * d;
        w.rowFactors[first + i] = through;
        w.dWeightings[first + i] = d - through;
    }
    return dGate;
}

// Goes back through equations (5) and (6): from the gradient of the content weighting to the factors of the key and of the rows in the
// gradient of the rows, and the gradient of the strength.
__device__ inline void contentBackward(
    const Sequence& q, const BackwardWork& w, Team& team, const Share& share, const HeadView& head, const float* scales, float* dStrength)
{
    Index first = (Index)share.head * q.locations;
    float* d = w.rowFactors + first;
    const float* content = bankOf(q, share.head).located ? head.contents : head.after;
    float center = d[0];
    float mean = 0;
    for (int i = share.begin; i < q.locations; i += team.members)
        mean += content[i] * (d[i] - center);
    mean = team.sum(mean);
    float strength = head.numbers[0];
    float keyScale = w.keyScales[share.head];
    float common = head.similarities[0];
    float sum = 0;
    float norm = 0;
    for (int i = share.begin; i < q.locations; i += team.members)
    {
        float gradient = content[i] * (d[i] - center - mean);
        float similarity = head.similarities[i];
        float scale = scales[i];
        sum += gradient * (similarity - common);
        gradient *= strength;
        norm += gradient * similarity;
        d[i] = gradient * scale * keyScale;
        w.ownFactors[first + i] = gradient * similarity * scale * scale;
    }
    team.sums(sum, norm);
    if (share.active && team.member == 0)
    {
        *dStrength = sum;
        w.keyFactors[share.head] = norm * keyScale * keyScale;
    }
}

// Goes back through equation (2) to the weightings; memoryBackward has the memory's part.
__device__ inline void readBackward(const Sequence& q, const BackwardWork& w, const Team& team, const Share& share, Matrix memory)
{
    Index start = (Index)share.head * q.locations;
    const float* dRead = w.dReads + share.head * q.width;
    for (int i = share.begin; i < q.locations; i += team.members)
    {
        float sum = 0;
        for (int m = 0; m < q.width; m++)
            sum += dRead[m] * memory.at(i, m);
        w.dWeightings[start + i] = bounded(w.dWeightings[start + i] + sum);
    }
}

// Goes back through equations (9), (8) and (7), if the head has them: to the gradients of the content weighting, of the previous weighting
// and of the head's parameters except the strength. The first location's gradient must be visible to all threads.
__device__ inline void locationBackward(const Sequence& q, const BackwardWork& w, Team& team, const Share& share, const HeadView& head, float* dNumbers)
{
    const Bank& bank = bankOf(q, share.head);
    Index start = (Index)share.head * q.locations;
    int begin = bank.located ? share.begin : q.locations;
    float dGamma = team.sum(sharpenBackward(q, w, team, share, head, begin));
    if (bank.located)
        shiftWeightingBackward(q, w, team, share, dNumbers + 2);
    for (int i = bank.located ? q.locations : share.begin; i < q.locations; i += team.members)
    {
        w.rowFactors[start + i] = w.dWeightings[start + i];
        w.dWeightings[start + i] = 0;
    }
    float dGate = team.sum(gateBackward(q, w, team, share, head, begin));
    if (bank.located && share.active && team.member == 0)
    {
        dNumbers[1] = dGate;
        dNumbers[2 * bank.shiftRange + 3] = dGamma;
    }
}

// Computes the gradients of the keys from the results of contentBackward, and the gradient of the memory from those and the reads. The
// memory's gradient is visible to the whole block only after the next barrier.
__device__ inline void memoryBackward(const Sequence& q, const BackwardWork& w, int firstHead, int endHead, Matrix memory)
{
    int width = q.width;
    columnSums(q.locations, (endHead - firstHead) * width,
        [&](int i, int column)
        {
            int h = column / width;
            return w.rowFactors[(Index)(firstHead + h) * q.locations + i] * memory.at(i, column - h * width);
        },
        [&](int column, float sum)
        {
            int h = column / width;
            int m = column - h * width;
            int key = firstOutput(q, firstHead + h) + m;
            w.dActivated[key] = sum - w.keyFactors[firstHead + h] * w.activated[key];
        });

    for (int e = threadIdx.x; e < memorySize(q); e += blockDim.x)
    {
        int i = e / width;
        int m = e - i * width;
        float x = memory.at(i, m);
        float sum = 0;
        for (int h = firstHead; h < endHead; h++)
        {
            Index at = (Index)h * q.locations + i;
            sum += w.rowFactors[at] * w.activated[firstOutput(q, h) + m] - w.ownFactors[at] * x;
            if (h < q.read.count)
                sum += w.weightings[at] * w.dReads[h * width + m];
        }
        w.dMemory.at(i, m) += sum;
    }
}

// For a range of heads with the same memory: from the gradients of their weightings (and reads) to those of their parameters and keys, of
// their previous weightings and of the memory. The memory's gradient is visible to the whole block only after the next barrier.
__device__ inline void addressBackward(
    const Sequence& q, const BackwardWork& w, int firstHead, int endHead, int step, int slot, Matrix memory)
{
    const float* scales = q.rowScales + slotRow(q, slot) * q.locations;
    Team team(endHead - firstHead);
    for (int first = firstHead; first < endHead; first += team.groups)
    {
        Share share(q, team, first, endHead);
        HeadView head(q, w.activated, share.head, step);
        float* dNumbers = w.dActivated + firstOutput(q, share.head) + q.width;
        if (share.head < q.read.count)
            readBackward(q, w, team, share, memory);
        // All threads read the first location's gradient.
        __syncthreads();
        locationBackward(q, w, team, share, head, dNumbers);
        contentBackward(q, w, team, share, head, scales, dNumbers);
    }
    memoryBackward(q, w, firstHead, endHead, memory);
}
