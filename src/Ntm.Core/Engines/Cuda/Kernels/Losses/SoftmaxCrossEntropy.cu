// The cross-entropy of the softmax of clipped logits, which needs all logits of a step.

struct Softmax
{
    float largest;
    float powers;    // sum of exp(z - largest)
    float mass;      // sum of the targets

    __device__ Softmax(const float* logits, const float* targets, int count, float clip)
    {
        largest = clipped(logits[0], clip);
        for (int o = 1; o < count; o++)
        {
            float z = clipped(logits[o], clip);
            // NaN stays NaN.
            largest = z > largest || z != z ? z : largest;
        }
        powers = mass = 0;
        for (int o = 0; o < count; o++)
        {
            powers += expf(clipped(logits[o], clip) - largest);
            mass += targets[o];
        }
    }
};

__device__ inline void softmaxCost(Cost& cost, const float* logits, const float* targets, int count, float clip, float weight)
{
    Softmax softmax(logits, targets, count, clip);
    float linear = 0;
    int best = 0;
    int target = 0;
    bool isNumber = true;
    for (int o = 0; o < count; o++)
    {
        float z = clipped(logits[o], clip);
        linear += targets[o] * z;
        best = z > clipped(logits[best], clip) ? o : best;
        target = targets[o] > targets[target] ? o : target;
        isNumber = isNumber && z == z;
    }
    cost.loss += (double)weight * (softmax.mass * (softmax.largest + logf(softmax.powers)) - linear);
    cost.wrong += best != target || !isNumber;
}

__device__ inline float softmaxGradient(const Softmax& softmax, float logit, float target, float clip)
{
    return softmax.mass * expf(clipped(logit, clip) - softmax.largest) / softmax.powers - target;
}
