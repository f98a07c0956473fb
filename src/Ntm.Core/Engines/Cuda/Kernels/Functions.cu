// Scalar functions. No fast-math: the reference's precision is wanted.

__device__ inline float sigmoid(float x) { return 1 / (1 + expf(-x)); }

__device__ inline float softplus(float x) { return fmaxf(x, 0) + log1pf(expf(-fabsf(x))); }

// What is not a number stays so.
__device__ inline float clipped(float x, float bound) { return x > bound ? bound : x < -bound ? -bound : x; }

// As GradientBound: what goes backward from step to step. What is not a number stays so.
__device__ inline float bounded(float x)
{
    return clipped(x, GRADIENT_BOUND);
}

// As torch's clamp: the gradient passes within the bounds and on them.
__device__ inline bool inside(float x, float bound) { return fabsf(x) <= bound; }

__device__ inline int smaller(int a, int b) { return a < b ? a : b; }

// (index + shift) modulo count, for |shift| <= count.
__device__ inline int wrapped(int index, int shift, int count)
{
    int i = index + shift;
    return i < 0 ? i + count : i >= count ? i - count : i;
}
