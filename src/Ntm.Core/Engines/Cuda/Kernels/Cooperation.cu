// How the threads of a block share work. All sums have a fixed order, which depends on sizes alone.

extern __shared__ __align__(16) float shared[];

#define WARP 32
#define MOST_WARPS 32
#define MOST_THREADS 512
#define ALL_LANES 0xffffffffu

// The beginning of the shared memory: two alternating sets of two partial results per warp, and one number per thread.
#define PARTIALS (4 * MOST_WARPS)
#define SCRATCH(threads) (PARTIALS + (threads))

__device__ inline int lane() { return threadIdx.x % WARP; }

__device__ inline int warp() { return threadIdx.x / WARP; }

__device__ inline int warps() { return blockDim.x / WARP; }

__device__ inline float* scratch() { return shared + PARTIALS; }

// The sum over a warp, in all its lanes.
__device__ inline float warpSum(float x)
{
    for (int distance = WARP / 2; distance > 0; distance /= 2)
        x += __shfl_xor_sync(ALL_LANES, x, distance);
    return x;
}

__device__ inline float warpMax(float x)
{
    for (int distance = WARP / 2; distance > 0; distance /= 2)
        x = fmaxf(x, __shfl_xor_sync(ALL_LANES, x, distance));
    return x;
}

// The warps of a block in groups of equal size, each for one head at a time; remaining warps are idle.
// All threads of the block call its functions together.
struct Team
{
    int groups;
    int warpsPerGroup;
    int group;     // of this thread; idle if not less than groups
    int member;    // this thread in its group
    int members;
    int turn;      // the half of the partial results to use next: a slow thread may still read the other one

    __device__ Team(int heads)
    {
        groups = smaller(heads, warps());
        warpsPerGroup = warps() / groups;
        group = warp() / warpsPerGroup;
        members = warpsPerGroup * WARP;
        member = threadIdx.x - group * members;
        turn = 0;
    }

    __device__ float* partials()
    {
        turn ^= 1;
        return shared + turn * 2 * MOST_WARPS;
    }

    __device__ float sum(float x)
    {
        float* partial = partials();
        x = warpSum(x);
        if (lane() == 0)
            partial[warp()] = x;
        __syncthreads();
        return added(partial);
    }

    // Two sums for one barrier.
    __device__ void sums(float& x, float& y)
    {
        float* partial = partials();
        x = warpSum(x);
        y = warpSum(y);
        if (lane() == 0)
        {
            partial[warp()] = x;
            partial[MOST_WARPS + warp()] = y;
        }
        __syncthreads();
        x = added(partial);
        y = added(partial + MOST_WARPS);
    }

    __device__ float max(float x)
    {
        float* partial = partials();
        x = warpMax(x);
        if (lane() == 0)
            partial[warp()] = x;
        __syncthreads();
        if (group >= groups)
            return x;
        for (int w = 0; w < warpsPerGroup; w++)
            x = fmaxf(x, partial[group * warpsPerGroup + w]);
        return x;
    }

private:
    __device__ float added(const float* partial) const
    {
        float sum = 0;
        if (group < groups)
            for (int w = 0; w < warpsPerGroup; w++)
                sum += partial[group * warpsPerGroup + w];
        return sum;
    }
};

// For each column, the sum of its terms over the rows. Adjacent threads take adjacent columns, so that rows are read in the order in which
// they are stored; the remaining threads of the block share the rows. `term` may read only data that a barrier has made visible; on return all
// results are visible.
template <typename Term, typename Result>
__device__ void columnSums(int rows, int columns, Term term, Result result)
{
    for (int first = 0; first < columns; first += blockDim.x)
    {
        int width = smaller(columns - first, blockDim.x);
        int shares = smaller(blockDim.x / width, rows);
        int share = threadIdx.x / width;
        int column = threadIdx.x % width;
        float sum = 0;
        if (share < shares)
        {
            #pragma unroll 8
            for (int r = share; r < rows; r += shares)
                sum += term(r, first + column);
        }
        scratch()[threadIdx.x] = sum;
        __syncthreads();
        if (share == 0)
        {
            for (int s = 1; s < shares; s++)
                sum += scratch()[s * width + column];
            result(first + column, sum);
        }
        __syncthreads();
    }
}

// A warp's part of four rows times a vector: lane c takes columns c, c + 32, ...; null rows count as zeros.
__device__ inline void addProducts(const float* const* rows, const float* vector, int columns, float* sums)
{
    #pragma unroll 2
    for (int c = lane(); c < columns; c += WARP)
    {
        float x = vector[c];
        #pragma unroll
        for (int r = 0; r < 4; r++)
            if (rows[r])
                sums[r] += rows[r][c] * x;
    }
}
