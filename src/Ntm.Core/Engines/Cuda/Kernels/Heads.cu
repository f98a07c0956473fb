// Converts the controller's output to keys, strengths, gates, shifts, sharpening, erase and add vectors, and the gradients back.

// The rows of both head layers, as one list.
__device__ inline const float* headRow(const Sequence& q, int row)
{
    return row < q.write.firstOutput ? q.readWeight + (Index)row * q.units : q.writeWeight + (Index)(row - q.write.firstOutput) * q.units;
}

__device__ inline float headBias(const Sequence& q, int row)
{
    return row < q.write.firstOutput ? q.readBias[row] : q.writeBias[row - q.write.firstOutput];
}

// The head layers; a warp computes four of their outputs.
__device__ inline void headLayers(const Sequence& q, const ForwardWork& w, int step, const float* top)
{
    int count = headOutputs(q);
    float* kept = q.heads + stepRow(q, step) * count;
    for (int first = 4 * warp(); first < count; first += 4 * warps())
    {
        const float* rows[4];
        float sums[4] = {0, 0, 0, 0};
        for (int r = 0; r < 4; r++)
            rows[r] = first + r < count ? headRow(q, first + r) : 0;
        addProducts(rows, top, q.units, sums);
        for (int r = 0; r < 4; r++)
        {
            float sum = warpSum(sums[r]);
            if (lane() == 0 && rows[r])
                kept[first + r] = w.raw[first + r] = sum + headBias(q, first + r);
        }
    }
}

// The inverse norm of a key; called by whole warps.
__device__ inline float keyScale(const float* key, int width)
{
    float square = 0;
    for (int m = lane(); m < width; m += WARP)
        square += key[m] * key[m];
    return rsqrtf(warpSum(square) + NORM_EPSILON);
}

// The softmax of the clipped logits of a shift weighting; called by whole warps.
__device__ inline void shiftWeighting(const Sequence& q, const float* raw, float* weighting, int count)
{
    float largest = clipped(raw[0], q.clip);
    for (int s = lane(); s < count; s += WARP)
        largest = fmaxf(largest, clipped(raw[s], q.clip));
    largest = warpMax(largest);
    float sum = 0;
    for (int s = lane(); s < count; s += WARP)
        sum += weighting[s] = expf(clipped(raw[s], q.clip) - largest);
    sum = warpSum(sum);
    for (int s = lane(); s < count; s += WARP)
        weighting[s] /= sum;
}

// Each head is computed by one warp.
__device__ inline void activateHeads(const Sequence& q, const ForwardWork& w, int step)
{
    float* kept = q.activated + stepRow(q, step) * headOutputs(q);
    for (int head = warp(); head < headCount(q); head += warps())
    {
        const Bank& bank = bankOf(q, head);
        int first = firstOutput(q, head);
        const float* raw = w.raw + first;
        float* activated = w.activated + first;
        int width = q.width;
        for (int m = lane(); m < width; m += WARP)
            activated[m] = tanhf(clipped(raw[m], q.clip));
        float scale = keyScale(activated, width);
        int shifts = 2 * bank.shiftRange + 1;
        if (lane() == 0)
        {
            w.keyScales[head] = scale;
            activated[width] = softplus(clipped(raw[width], q.clip));
            if (bank.located)
            {
                activated[width + 1] = sigmoid(clipped(raw[width + 1], q.clip));
                activated[width + 2 + shifts] = 1 + softplus(clipped(raw[width + 2 + shifts], q.clip));
            }
        }
        if (bank.located)
            shiftWeighting(q, raw + width + 2, activated + width + 2, shifts);
        if (head >= q.read.count)
        {
            int erase = bank.outputsPerHead - 2 * width;
            for (int m = lane(); m < width; m += WARP)
            {
                activated[erase + m] = sigmoid(clipped(raw[erase + m], q.clip));
                activated[erase + width + m] = tanhf(clipped(raw[erase + width + m], q.clip));
            }
        }
        __syncwarp();
        if (q.keep)
            for (int i = lane(); i < bank.outputsPerHead; i += WARP)
                kept[first + i] = activated[i];
    }
}

// Computes the gradients of the raw outputs from those of the activated ones, in place.
__device__ inline void headGradients(const Sequence& q, const BackwardWork& w, int step)
{
    float* kept = q.heads + stepRow(q, step) * headOutputs(q);
    for (int head = warp(); head < headCount(q); head += warps())
    {
        const Bank& bank = bankOf(q, head);
        int first = firstOutput(q, head);
        const float* y = w.activated + first;
        const float* d = w.dActivated + first;
        int width = q.width;
        int shift = width + 2;
        int sharpening = shift + 2 * bank.shiftRange + 1;
        int erase = bank.outputsPerHead - (head < q.read.count ? 0 : 2 * width);
        float mean = 0;
        if (bank.located)
        {
            for (int s = shift + lane(); s < sharpening; s += WARP)
                mean += d[s] * y[s];
            mean = warpSum(mean);
        }
        for (int i = lane(); i < bank.outputsPerHead; i += WARP)
        {
            float raw = kept[first + i];
            float gradient;
            if (i < width || i >= erase + width)
                gradient = d[i] * (1 - y[i] * y[i]);
            else if (i >= erase || i == width + 1)
                gradient = d[i] * y[i] * (1 - y[i]);
            else if (i == width || i == sharpening)
                gradient = d[i] * sigmoid(raw);
            else
                gradient = y[i] * (d[i] - mean);
            gradient = inside(raw, q.clip) ? gradient : 0;
            kept[first + i] = w.dRaw[first + i] = gradient;
        }
    }
}

// Adds the head layers' part to the gradient of the controller's output.
__device__ inline void throughHeads(const Sequence& q, const BackwardWork& w)
{
    columnSums(headOutputs(q), q.units,
        [&](int row, int column) { return w.dRaw[row] * headRow(q, row)[column]; },
        [&](int column, float sum) { w.dTop[column] += sum; });
}
