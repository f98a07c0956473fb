// Scalar functions. No fast-math, because the results must have the precision of the reference.

__device__ inline float sigmoid(float x) { return 1 / (1 + expf(-x)); }

__device__ inline float softplus(float x) { return fmaxf(x, 0) + log1pf(expf(-fabsf(x))); }

// NaN stays NaN.
__device__ inline float clipped(float x, float bound) { return x > bound ? bound : x < -bound ? -bound : x; }

// The same as GradientBound: bounds gradients that flow backward from step to step. NaN stays NaN.
__device__ inline float bounded(float x)
{
    return clipped(x, GRADIENT_BOUND);
}

// The same as torch's clamp: the gradient passes within the bounds and on them.
__device__ inline bool inside(float x, float bound) { return fabsf(x) <= bound; }

__device__ inline int smaller(int a, int b) { return a < b ? a : b; }

// (index + shift) modulo count, for |shift| <= count.
__device__ inline int wrapped(int index, int shift, int count)
{
    int i = index + shift;
    return i < 0 ? i + count : i >= count ? i - count : i;
}
