// What CUDA C++ has and C++ has not, for running the kernels on the host. The threads of a block are fibers: each runs until it has to
// wait for others (a barrier, a shuffle), then the next one does, in an order that the caller chooses. A result that depends on the order
// shows that a barrier is missing.
#include <math.h>

#define __device__
#define __global__
#define __shared__
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(threads)

struct Dimensions
{
    unsigned x, y, z;
};

extern Dimensions threadIdx, blockIdx, blockDim, gridDim;

void waitForBlock(int place);
void waitForWarp(int place);
float exchange(float value, int lane);

// Where a barrier stands in the source is part of it: all threads must wait at the same one.
#define __syncthreads() waitForBlock(__LINE__)
#define __syncwarp() waitForWarp(__LINE__)
#define __shfl_xor_sync(lanes, value, distance) exchange(value, (threadIdx.x % 32) ^ (distance))

inline float rsqrtf(float x) { return 1 / sqrtf(x); }
