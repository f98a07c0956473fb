// The squared distance of clipped logits from their targets.

__device__ inline void squaredErrorCost(Cost& cost, float logit, float target, float weight)
{
    float distance = logit - target;
    cost.loss += (double)weight * distance * distance;
    // NaN is wrong as well.
    cost.wrong += !(fabsf(distance) <= 0.5f);
}

__device__ inline float squaredErrorGradient(float logit, float target) { return 2 * (logit - target); }
