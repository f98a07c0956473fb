// Layers of tanh units without memory.

// One layer of tanh units; a warp computes four of them.
__device__ inline void feedforwardForward(const Sequence& q, int layer, int step, const float* below, float* after)
{
    const float* const* parts = q.layers + layer * layerParts;
    int width = belowWidth(q, layer);
    float* slot = q.outputs + (slotRow(q, step + 1) * q.layerCount + layer) * q.units;
    for (int first = 4 * warp(); first < q.units; first += 4 * warps())
    {
        const float* rows[4];
        float sums[4] = {0, 0, 0, 0};
        for (int r = 0; r < 4; r++)
            rows[r] = first + r < q.units ? parts[inputWeight] + (Index)(first + r) * width : 0;
        addProducts(rows, below, width, sums);
        for (int r = 0; r < 4; r++)
        {
            float sum = warpSum(sums[r]);
            if (lane() == 0 && rows[r])
                slot[first + r] = after[first + r] = tanhf(sum + parts[inputBias][first + r]);
        }
    }
}

__device__ inline void feedforwardBackward(const Sequence& q, const BackwardWork& w, int layer, int step, const float* above)
{
    float* sums = q.gates + (stepRow(q, step) * q.layerCount + layer) * q.units;
    const float* outputs = q.outputs + (slotRow(q, step + 1) * q.layerCount + layer) * q.units;
    for (int u = threadIdx.x; u < q.units; u += blockDim.x)
    {
        float y = outputs[u];
        sums[u] = w.dSums[u] = bounded(above[u]) * (1 - y * y);
    }
}
