// The controller's layers: which kind they are, and what all kinds have in common.

__device__ inline void layerForward(const Sequence& q, const ForwardWork& w, int layer, int step, const float* below, const float* before, float* after)
{
    if (q.controller == CONTROLLER_LSTM)
        lstmForward(q, w, layer, step, below, before, after);
    else if (q.controller == CONTROLLER_GRU)
        gruForward(q, layer, step, below, before, after);
    else
        feedforwardForward(q, layer, step, below, after);
}

__device__ inline void layerBackward(const Sequence& q, const BackwardWork& w, int layer, int step, const float* above)
{
    if (q.controller == CONTROLLER_LSTM)
        lstmBackward(q, w, layer, step, above);
    else if (q.controller == CONTROLLER_GRU)
        gruBackward(q, w, layer, step, above);
    else
        feedforwardBackward(q, w, layer, step, above);
}

// From the gradients of a layer's sums to those of what lies below it and of its own previous output.
__device__ inline void throughLayer(const Sequence& q, const BackwardWork& w, int layer, int step)
{
    const float* const* parts = q.layers + layer * layerParts;
    const float* inputs = parts[inputWeight];
    const float* states = parts[stateWeight];
    int width = belowWidth(q, layer);
    int units = q.units;
    // Where a layer has no cell state, this is what of its previous output's gradient passes the weights by.
    const float* past = q.recurs && !q.hasCell ? w.dCells + (Index)layer * units : 0;
    // The gradient of the inputs is computed only if it is wanted.
    int first = layer == 0 && !q.dInputs ? q.inputSize : 0;
    int below = width - first;
    float* dInputs = q.dInputs ? q.dInputs + callRow(q, step) * q.inputSize : 0;
    columnSums(gateRows(q), below + (q.recurs ? units : 0),
        [&](int row, int column)
        {
            int sum = row / units;
            int block = column < below ? q.inputBlocks[sum] : q.stateBlocks[sum];
            if (block < 0)
                return 0.0f;
            Index weightRow = (Index)(block * units + row % units);
            return w.dSums[row] * (column < below ? inputs[weightRow * width + first + column] : states[weightRow * units + column - below]);
        },
        [&](int column, float sum)
        {
            if (column >= below)
                w.dOutputs[(Index)layer * units + column - below] = past ? sum + past[column - below] : sum;
            else if (layer > 0)
                w.dBelow[column] = sum;
            else if (first + column < q.inputSize)
                dInputs[first + column] = sum;
            else
                w.dReads[first + column - q.inputSize] = sum;
        });
}
