// Generated from SequenceArguments.cs, which describes each field, and from the engine's constants; a test compares. Do not edit:
// NTM_WRITE=1 and the test KernelArgumentsTests write this file.

typedef long long Index;

#define CONTROLLER_LSTM 0
#define CONTROLLER_FEEDFORWARD 1
#define CONTROLLER_GRU 2
#define LOSS_BINARY_CROSS_ENTROPY 0
#define LOSS_SOFTMAX_CROSS_ENTROPY 1
#define LOSS_SQUARED_ERROR 2
#define NORM_EPSILON 1.0e-8f
#define WEIGHT_EPSILON 1.0e-12f
#define GRADIENT_BOUND 1.0e10f

struct Bank
{
    int count;
    int located;
    int shiftRange;
    int firstHead;
    int firstOutput;
    int outputsPerHead;
};

struct Sequence
{
    float** layers;
    float* readWeight;
    float* readBias;
    float* writeWeight;
    float* writeBias;
    float* outputWeight;
    float* outputBias;
    float* readWeightingStart;
    float* writeWeightingStart;
    float* readVectorStart;
    float* memoryStart;
    float* inputs;
    int* lengths;
    float** given;
    float* logits;
    float** final;
    float** trace;
    float* targets;
    float* mask;
    double* cost;
    int* wrong;
    float* dLogits;
    float** dFinal;
    float** dGiven;
    float* dInputs;
    float* outputs;
    float* cells;
    float* dropped;
    float* gates;
    float* heads;
    float* activated;
    float* results;
    float* reads;
    float* memory;
    float* weightings;
    float* similarities;
    float* contents;
    float* shifted;
    float* rowScales;
    float* before;
    float* after;
    float* dCarried;
    float* workspace;
    Index workspaceStride;
    Index dropoutSeed;
    Index firstSequence;
    int batch;
    int steps;
    int firstStep;
    int chunkSteps;
    int inputSize;
    int outputSize;
    int units;
    int layerCount;
    int controller;
    int sums;
    int recurs;
    int hasCell;
    int inputBlocks[4];
    int stateBlocks[4];
    int locations;
    int width;
    int readsAfterWrite;
    int learnsReadWeightings;
    int learnsWriteWeightings;
    int learnsReads;
    int memoryIsMatrix;
    int keep;
    int sharedVectors;
    int sharedMemory;
    int loss;
    float clip;
    float dropoutScale;
    int dropoutThreshold;
    Bank read;
    Bank write;
};

struct Product
{
    float* gradients;
    float* inputs;
    Index gradientStride;
    Index inputStride;
    Index target;
    Index targetStride;
    int rows;
    int columns;
    int firstTile;
    int tilesAcross;
};

struct ProductCall
{
    Product* products;
    float* parts;
    float* gradient;
    Index length;
    Index count;
    Index rowsPerPart;
    int productCount;
    int partCount;
};

struct StartCall
{
    Index* layers;
    float* gradient;
    Index reads;
    Index readWeightings;
    Index writeWeightings;
    Index memory;
};
