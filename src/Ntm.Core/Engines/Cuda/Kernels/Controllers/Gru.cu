// Gated recurrent units in torch's form. Sums: reset, update, and the new gate's two halves, for the input and for the previous output.

// One layer: computes its new output from its input and its previous output. A warp computes all four sums of a unit.
__device__ inline void gruForward(const Sequence& q, int layer, int step, const float* below, const float* before, float* after)
{
    const float* const* parts = q.layers + layer * layerParts;
    int units = q.units;
    int width = belowWidth(q, layer);
    Index layerUnits = (Index)layer * units;
    Index allUnits = (Index)q.layerCount * units;
    float* sums = q.gates + stepRow(q, step) * 4 * allUnits + 4 * layerUnits;
    float* slot = q.outputs + slotRow(q, step + 1) * allUnits + layerUnits;
    for (int u = warp(); u < units; u += warps())
    {
        const float* inputs[4] = {};
        const float* states[4] = {};
        float sum[4] = {0, 0, 0, 0};
        for (int r = 0; r < 4; r++)
        {
            inputs[r] = q.inputBlocks[r] < 0 ? 0 : parts[inputWeight] + (Index)(q.inputBlocks[r] * units + u) * width;
            states[r] = q.stateBlocks[r] < 0 ? 0 : parts[stateWeight] + (Index)(q.stateBlocks[r] * units + u) * units;
        }
        addProducts(inputs, below, width, sum);
        addProducts(states, before, units, sum);
        for (int r = 0; r < 4; r++)
        {
            sum[r] = warpSum(sum[r]);
            if (inputs[r])
                sum[r] += parts[inputBias][q.inputBlocks[r] * units + u];
            if (states[r])
                sum[r] += parts[stateBias][q.stateBlocks[r] * units + u];
        }
        if (lane() != 0)
            continue;
        float reset = sigmoid(sum[0]);
        float update = sigmoid(sum[1]);
        float fresh = tanhf(sum[2] + reset * sum[3]);
        slot[u] = after[u] = fresh + update * (before[u] - fresh);
        if (q.keep)
        {
            sums[u] = reset;
            sums[units + u] = update;
            sums[2 * units + u] = fresh;
            sums[3 * units + u] = sum[3];
        }
    }
}

// Computes the gradients of one layer's sums from that of its output. Leaves the part of the previous output's gradient that does not go through the weights.
__device__ inline void gruBackward(const Sequence& q, const BackwardWork& w, int layer, int step, const float* above)
{
    int units = q.units;
    Index layerUnits = (Index)layer * units;
    Index allUnits = (Index)q.layerCount * units;
    float* sums = q.gates + stepRow(q, step) * 4 * allUnits + 4 * layerUnits;
    const float* before = q.outputs + slotRow(q, step) * allUnits + layerUnits;
    for (int u = threadIdx.x; u < units; u += blockDim.x)
    {
        float reset = sums[u];
        float update = sums[units + u];
        float fresh = sums[2 * units + u];
        float dOutput = bounded(above[u] + w.dOutputs[layerUnits + u]);
        float dFresh = dOutput * (1 - update) * (1 - fresh * fresh);
        float d[4] = {
            dFresh * sums[3 * units + u] * reset * (1 - reset),
            dOutput * (before[u] - fresh) * update * (1 - update),
            dFresh,
            dFresh * reset};
        w.dCells[layerUnits + u] = dOutput * update;
        for (int r = 0; r < 4; r++)
            sums[r * units + u] = w.dSums[r * units + u] = d[r];
    }
}
