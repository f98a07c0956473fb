// The gradients of weights and biases: one product each over all steps and samples of a chunk, cut into parts whose sums are
// added in a fixed order.

#define TILE 64
#define DEPTH 16
#define PRODUCT_THREADS 256

// A product is dW [rows, columns] = dZ^T X over `count` rows of dZ and X, which is null for ones.

// The tile of a block: the product, and the place in it.
struct Tile
{
    Product product;
    int row;
    int column;

    __device__ Tile(const ProductCall& call)
    {
        int p = 0;
        while (p + 1 < call.productCount && call.products[p + 1].firstTile <= (int)blockIdx.x)
            p++;
        product = call.products[p];
        int tile = blockIdx.x - product.firstTile;
        row = tile / product.tilesAcross * TILE;
        column = tile % product.tilesAcross * TILE;
    }
};

// Loads rows `first` to `first + DEPTH` of columns `column` to `column + TILE`, with zeros beyond the ends.
__device__ inline void loadPanel(float* panel, const float* source, Index stride, Index first, Index end, int column, int columns)
{
    for (int e = threadIdx.x; e < DEPTH * TILE; e += PRODUCT_THREADS)
    {
        Index row = first + e / TILE;
        int c = column + e % TILE;
        bool there = row < end && c < columns;
        panel[e] = !there ? 0 : source ? source[row * stride + c] : 1;
    }
}

// One tile of one part: a thread computes 4 x 4 elements, 16 apart.
extern "C" __global__ void __launch_bounds__(PRODUCT_THREADS) ntmWeightProducts(ProductCall call)
{
    float* left = shared;
    float* right = shared + DEPTH * TILE;
    Tile tile(call);
    const Product& p = tile.product;
    Index begin = blockIdx.y * call.rowsPerPart;
    Index end = begin + call.rowsPerPart < call.count ? begin + call.rowsPerPart : call.count;
    int row = threadIdx.x / 16;
    int column = threadIdx.x % 16;
    float sums[4][4] = {};
    for (Index first = begin; first < end; first += DEPTH)
    {
        loadPanel(left, p.gradients, p.gradientStride, first, end, tile.row, p.rows);
        loadPanel(right, p.inputs, p.inputStride, first, end, tile.column, p.columns);
        __syncthreads();
        for (int d = 0; d < DEPTH; d++)
        {
            float a[4];
            float b[4];
            for (int i = 0; i < 4; i++)
            {
                a[i] = left[d * TILE + row + 16 * i];
                b[i] = right[d * TILE + column + 16 * i];
            }
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 4; j++)
                    sums[i][j] += a[i] * b[j];
        }
        __syncthreads();
    }
    float* part = call.parts + blockIdx.y * call.length + p.target;
    for (int i = 0; i < 4; i++)
    {
        for (int j = 0; j < 4; j++)
        {
            int r = tile.row + row + 16 * i;
            int c = tile.column + column + 16 * j;
            if (r < p.rows && c < p.columns)
                part[r * p.targetStride + c] = sums[i][j];
        }
    }
}

// Adds the parts of one tile to the gradient.
extern "C" __global__ void __launch_bounds__(PRODUCT_THREADS) ntmWeightSums(ProductCall call)
{
    Tile tile(call);
    const Product& p = tile.product;
    for (int e = threadIdx.x; e < TILE * TILE; e += PRODUCT_THREADS)
    {
        int r = tile.row + e / TILE;
        int c = tile.column + e % TILE;
        if (r >= p.rows || c >= p.columns)
            continue;
        Index at = p.target + r * p.targetStride + c;
        float sum = 0;
        for (int part = 0; part < call.partCount; part++)
            sum += call.parts[part * call.length + at];
        call.gradient[at] += sum;
    }
}
