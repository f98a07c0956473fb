// The launcher's arguments are declared in Arguments.cu, which is generated from SequenceArguments.cs.

// A layer's parameters: weights of its input, their bias, weights of its own previous output, their bias, initial output, initial cell state.
enum LayerPart { inputWeight, inputBias, stateWeight, stateBias, initialOutput, initialCell, layerParts };

__device__ inline int headCount(const Sequence& q) { return q.read.count + q.write.count; }

__device__ inline int readWidth(const Sequence& q) { return q.read.count * q.width; }

__device__ inline int memorySize(const Sequence& q) { return q.locations * q.width; }

__device__ inline int gateRows(const Sequence& q) { return q.sums * q.units; }

__device__ inline int headOutputs(const Sequence& q) { return q.write.firstOutput + q.write.count * q.write.outputsPerHead; }

__device__ inline int belowWidth(const Sequence& q, int layer) { return layer == 0 ? q.inputSize + readWidth(q) : q.units; }

__device__ inline const Bank& bankOf(const Sequence& q, int head) { return head < q.read.count ? q.read : q.write; }

// The index of a head's first parameter among the head layers' outputs.
__device__ inline int firstOutput(const Sequence& q, int head)
{
    const Bank& bank = bankOf(q, head);
    return bank.firstOutput + (head - bank.firstHead) * bank.outputsPerHead;
}

// The index of a write head's erase vector; the add vector follows it.
__device__ inline int eraseOutput(const Sequence& q, int writeHead)
{
    return q.write.firstOutput + (writeHead + 1) * q.write.outputsPerHead - 2 * q.width;
}

// The number of floats per sample that are passed from step to step.
__device__ inline Index carriedSize(const Sequence& q)
{
    return 2 * (Index)q.layerCount * q.units + readWidth(q) + (Index)headCount(q) * q.locations + memorySize(q);
}

__device__ inline int lengthOf(const Sequence& q, int sample) { return q.lengths ? q.lengths[sample] : q.steps; }

// The row of a slot and of a step of the block's sample.
__device__ inline Index slotRow(const Sequence& q, int slot) { return (Index)(q.keep ? slot : slot & 1) * q.batch + blockIdx.x; }

__device__ inline Index stepRow(const Sequence& q, int step) { return (Index)(q.keep ? step : 0) * q.batch + blockIdx.x; }

// The row of a step of the block's sample among all T * B.
__device__ inline Index callRow(const Sequence& q, int step) { return (Index)(q.firstStep + step) * q.batch + blockIdx.x; }
