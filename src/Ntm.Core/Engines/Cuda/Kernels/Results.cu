// Logits, their cost, and their gradients.

// The output layer; a warp computes four logits. The controller's output and the reads are visible; it writes nothing that the next step reads.
__device__ inline void outputLayer(const Sequence& q, const ForwardWork& w, int step, const float* top, Cost& cost)
{
    int width = q.units + readWidth(q);
    float* raw = q.results + stepRow(q, step) * q.outputSize;
    Index row = callRow(q, step);
    for (int first = 4 * warp(); first < q.outputSize; first += 4 * warps())
    {
        const float* rows[4];
        float sums[4] = {0, 0, 0, 0};
        for (int r = 0; r < 4; r++)
            rows[r] = first + r < q.outputSize ? q.outputWeight + (Index)(first + r) * width : 0;
        addProducts(rows, top, q.units, sums);
        for (int r = 0; r < 4; r++)
            rows[r] = rows[r] ? rows[r] + q.units : 0;
        addProducts(rows, w.reads, readWidth(q), sums);
        for (int r = 0; r < 4; r++)
        {
            float sum = warpSum(sums[r]);
            if (lane() != 0 || !rows[r])
                continue;
            int o = first + r;
            sum += q.outputBias[o];
            raw[o] = sum;
            float logit = clipped(sum, q.clip);
            if (q.logits)
                q.logits[row * q.outputSize + o] = logit;
            if (!q.targets || q.mask[row] == 0)
                continue;
            if (q.loss == LOSS_BINARY_CROSS_ENTROPY)
                binaryCrossEntropyCost(cost, logit, q.targets[row * q.outputSize + o], q.mask[row]);
            else if (q.loss == LOSS_SQUARED_ERROR)
                squaredErrorCost(cost, logit, q.targets[row * q.outputSize + o], q.mask[row]);
        }
    }
    if (q.loss != LOSS_SOFTMAX_CROSS_ENTROPY || !q.targets || q.mask[row] == 0)
        return;
    __syncthreads();
    if (threadIdx.x == 0)
        softmaxCost(cost, raw, q.targets + row * q.outputSize, q.outputSize, q.clip, q.mask[row]);
}

// Adds up the threads' shares, in their order.
__device__ inline void saveCost(const Sequence& q, Cost cost)
{
    // Lane 0 of every warp has a share. The partial results are no longer in use.
    Cost* costs = (Cost*)shared;
    if (lane() == 0)
        costs[warp()] = cost;
    __syncthreads();
    if (threadIdx.x != 0)
        return;
    Cost total = {0, 0};
    if (q.firstStep > 0)
    {
        total.loss = q.cost[blockIdx.x];
        total.wrong = q.wrong[blockIdx.x];
    }
    for (int i = 0; i < warps(); i++)
    {
        total.loss += costs[i].loss;
        total.wrong += costs[i].wrong;
    }
    q.cost[blockIdx.x] = total.loss;
    q.wrong[blockIdx.x] = total.wrong;
}

// Replaces the raw logits by their gradients.
__device__ inline void resultGradients(const Sequence& q, const BackwardWork& w, int step)
{
    float* raw = q.results + stepRow(q, step) * q.outputSize;
    Index row = callRow(q, step);
    const float* targets = q.targets ? q.targets + row * q.outputSize : 0;
    float weight = targets ? q.mask[row] / q.batch : 0;
    if (targets && weight != 0 && q.loss == LOSS_SOFTMAX_CROSS_ENTROPY)
    {
        Softmax softmax(raw, targets, q.outputSize, q.clip);
        // All threads have read all logits before the first is replaced.
        __syncthreads();
        for (int o = threadIdx.x; o < q.outputSize; o += blockDim.x)
        {
            float gradient = softmaxGradient(softmax, raw[o], targets[o], q.clip);
            raw[o] = w.dResults[o] = inside(raw[o], q.clip) || gradient != gradient ? weight * gradient : 0;
        }
        return;
    }
    for (int o = threadIdx.x; o < q.outputSize; o += blockDim.x)
    {
        float z = raw[o];
        float gradient = 0;
        if (targets)
        {
            // NaN stays NaN.
            if (weight != 0)
                gradient = !inside(z, q.clip) ? z * 0
                    : weight * (q.loss == LOSS_SQUARED_ERROR ? squaredErrorGradient(z, targets[o]) : binaryCrossEntropyGradient(z, targets[o]));
        }
        else if (q.dLogits && inside(z, q.clip))
        {
            gradient = q.dLogits[row * q.outputSize + o];
        }
        raw[o] = w.dResults[o] = gradient;
    }
}

// Adds the output layer's part to the gradients of the controller's output and of the reads, which also went into the next step's controller.
__device__ inline void throughOutput(const Sequence& q, const BackwardWork& w)
{
    int width = q.units + readWidth(q);
    columnSums(q.outputSize, width,
        [&](int row, int column) { return w.dResults[row] * q.outputWeight[(Index)row * width + column]; },
        [&](int column, float sum)
        {
            if (column < q.units)
                w.dTop[column] = sum;
            else
                w.dReads[column - q.units] += sum;
        });
}
