// The controller's layers: the dispatch to their kinds, and the code that all kinds share.

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

// Computes the gradients of a layer's input and of its own previous output from the gradients of its sums.
__device__ inline void throughLayer(const Sequence& q, const BackwardWork& w, int layer, int step)
{
    const float* const* parts = q.layers + layer * layerParts;
    const float* inputs = parts[inputWeight];
    const float* states = parts[stateWeight];
    int width = belowWidth(q, layer);
    int units = q.units;
    // If a layer has no cell state, this is the part of its previous output's gradient that does not go through the weights.
    const float* past = q.recurs && !q.hasCell ? w.dCells + (Index)layer * units : 0;
    // The gradient of the inputs is computed only if it is requested.
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
