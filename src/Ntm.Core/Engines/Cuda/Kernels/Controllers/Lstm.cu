// LSTM layers. Gates in torch's order: input, forget, cell, output.

struct Gates
{
    float input;
    float forget;
    float cell;
    float output;
};

// One layer: computes its new output from its input and its previous output. A warp computes all four gates of a unit.
__device__ inline void lstmForward(const Sequence& q, const ForwardWork& w, int layer, int step, const float* below, const float* before, float* after)
{
    const float* const* parts = q.layers + layer * layerParts;
    int units = q.units;
    int width = belowWidth(q, layer);
    float* cells = w.cells + layer * units;
    Index layerUnits = (Index)layer * units;
    Index allUnits = (Index)q.layerCount * units;
    float* gates = q.gates + stepRow(q, step) * 4 * allUnits + 4 * layerUnits;
    Index slot = slotRow(q, step + 1) * allUnits + layerUnits;
    for (int u = warp(); u < units; u += warps())
    {
        const float* rows[4];
        float sums[4] = {0, 0, 0, 0};
        for (int r = 0; r < 4; r++)
            rows[r] = parts[inputWeight] + (Index)(r * units + u) * width;
        addProducts(rows, below, width, sums);
        for (int r = 0; r < 4; r++)
            rows[r] = parts[stateWeight] + (Index)(r * units + u) * units;
        addProducts(rows, before, units, sums);
        for (int r = 0; r < 4; r++)
            sums[r] = warpSum(sums[r]) + parts[inputBias][r * units + u];
        if (lane() != 0)
            continue;
        Gates g = {sigmoid(sums[0]), sigmoid(sums[1]), tanhf(sums[2]), sigmoid(sums[3])};
        float cell = g.forget * cells[u] + g.input * g.cell;
        float output = g.output * tanhf(cell);
        cells[u] = cell;
        after[u] = output;
        q.cells[slot + u] = cell;
        q.outputs[slot + u] = output;
        if (q.keep)
        {
            gates[u] = g.input;
            gates[units + u] = g.forget;
            gates[2 * units + u] = g.cell;
            gates[3 * units + u] = g.output;
        }
    }
}

// Computes the gradients of one LSTM layer's sums from that of its output. Leaves the gradient of the cell state before the step.
__device__ inline void lstmBackward(const Sequence& q, const BackwardWork& w, int layer, int step, const float* above)
{
    int units = q.units;
    Index layerUnits = (Index)layer * units;
    Index allUnits = (Index)q.layerCount * units;
    float* gates = q.gates + stepRow(q, step) * 4 * allUnits + 4 * layerUnits;
    const float* before = q.cells + slotRow(q, step) * allUnits + layerUnits;
    const float* after = q.cells + slotRow(q, step + 1) * allUnits + layerUnits;
    float* dOutputs = w.dOutputs + layerUnits;
    float* dCells = w.dCells + layerUnits;
    for (int u = threadIdx.x; u < units; u += blockDim.x)
    {
        Gates g = {gates[u], gates[units + u], gates[2 * units + u], gates[3 * units + u]};
        float t = tanhf(after[u]);
        float dOutput = bounded(above[u] + dOutputs[u]);
        float dCell = bounded(dCells[u] + dOutput * g.output * (1 - t * t));
        float d[4] = {
            dCell * g.cell * g.input * (1 - g.input),
            dCell * before[u] * g.forget * (1 - g.forget),
            dCell * g.input * (1 - g.cell * g.cell),
            dOutput * t * g.output * (1 - g.output)};
        dCells[u] = dCell * g.forget;
        for (int r = 0; r < 4; r++)
            gates[r * units + u] = w.dSums[r * units + u] = d[r];
    }
}
