// The binary cross-entropy of clipped logits.

__device__ inline void binaryCrossEntropyCost(Cost& cost, float logit, float target, float weight)
{
    cost.loss += weight * (fmaxf(logit, 0) - logit * target + log1pf(expf(-fabsf(logit))));
    // NaN is wrong for any target.
    cost.wrong += (logit > 0) != (target > 0.5f) || logit != logit;
}

__device__ inline float binaryCrossEntropyGradient(float logit, float target) { return sigmoid(logit) - target; }
