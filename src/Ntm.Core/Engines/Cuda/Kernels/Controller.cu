// The controller's layers. Gates lie in torch's order: input, forget, cell, output.

struct Gates
{
    float input;
    float forget;
    float cell;
    float output;
};

// One layer: from what lies below and its previous output to its new output. A warp computes all four gates of a unit.
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
            sums[r] = warpSum(sums[r]) + parts[layerBias][r * units + u];
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
                slot[first + r] = after[first + r] = tanhf(sum + parts[layerBias][first + r]);
        }
    }
}

// The gradients of one LSTM layer's sums, from that of its output; leaves the gradient of the cell state before the step.
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

// From the gradients of a layer's sums to those of what lies below it and of its own previous output.
__device__ inline void throughLayer(const Sequence& q, const BackwardWork& w, int layer, int step)
{
    const float* const* parts = q.layers + layer * layerParts;
    const float* inputs = parts[inputWeight];
    const float* states = parts[stateWeight];
    int width = belowWidth(q, layer);
    int units = q.units;
    // The gradient of the inputs is computed only if it is wanted.
    int first = layer == 0 && !q.dInputs ? q.inputSize : 0;
    int below = width - first;
    float* dInputs = q.dInputs ? q.dInputs + callRow(q, step) * q.inputSize : 0;
    columnSums(gateRows(q), below + (q.lstm ? units : 0),
        [&](int row, int column)
        {
            const float* weight = column < below ? inputs + (Index)row * width + first + column : states + (Index)row * units + column - below;
            return w.dSums[row] * *weight;
        },
        [&](int column, float sum)
        {
            if (column >= below)
                w.dOutputs[(Index)layer * units + column - below] = sum;
            else if (layer > 0)
                w.dBelow[column] = sum;
            else if (first + column < q.inputSize)
                dInputs[first + column] = sum;
            else
                w.dReads[first + column - q.inputSize] = sum;
        });
}
