// The kernels as a library: see shim.h.
#include "shim.h"

#include "kernels.cu"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

Dimensions threadIdx, blockIdx, blockDim, gridDim;

namespace
{
const int mostThreads = 1024;
const int stackBytes = 128 * 1024;
const int sharedFloats = 1 << 17;
const unsigned untouched = 0x7fc0dead; // not a number

enum Waiting { nothing, block, warpOnly, finished };

struct Fiber
{
    ucontext_t start;
    jmp_buf state;
    bool started;
    Waiting waiting;
    int place;
    float values[2];
    int turn;
    char* stack;
};

Fiber fibers[mostThreads];
jmp_buf scheduler;
int current;
void (*body)();
char problem[200];
unsigned randomState;

void pause(Waiting waiting, int place)
{
    Fiber& fiber = fibers[current];
    fiber.waiting = waiting;
    fiber.place = place;
    if (_setjmp(fiber.state) == 0)
        _longjmp(scheduler, 1);
}

void run()
{
    body();
    fibers[current].waiting = finished;
    _longjmp(scheduler, 1);
}

void resume(int thread)
{
    current = thread;
    threadIdx.x = thread;
    Fiber& fiber = fibers[thread];
    if (_setjmp(scheduler) != 0)
        return;
    if (fiber.started)
        _longjmp(fiber.state, 1);
    fiber.started = true;
    setcontext(&fiber.start);
}

// All threads from `first` on that are still there wait for the same thing at the same place.
bool allWait(int first, int count, Waiting waiting)
{
    int place = 0;
    bool any = false;
    for (int t = first; t < first + count; t++)
    {
        if (fibers[t].waiting == finished)
            continue;
        if (fibers[t].waiting != waiting || (any && fibers[t].place != place))
            return false;
        any = true;
        place = fibers[t].place;
    }
    return any;
}

void release(int first, int count)
{
    for (int t = first; t < first + count; t++)
        if (fibers[t].waiting != finished)
            fibers[t].waiting = nothing;
}

int nextRandom(int count)
{
    randomState = randomState * 1664525u + 1013904223u;
    return (int)((randomState >> 8) % count);
}

void arrange(int* order, int count, int schedule)
{
    for (int t = 0; t < count; t++)
        order[t] = schedule == 1 ? count - 1 - t : t;
    for (int t = count - 1; t > 0 && schedule == 2; t--)
    {
        int other = nextRandom(t + 1);
        int swapped = order[t];
        order[t] = order[other];
        order[other] = swapped;
    }
}

bool runBlock(int threads, int schedule)
{
    for (int t = 0; t < threads; t++)
    {
        Fiber& fiber = fibers[t];
        if (!fiber.stack)
            fiber.stack = new char[stackBytes];
        fiber.started = false;
        fiber.waiting = nothing;
        fiber.turn = 0;
        getcontext(&fiber.start);
        fiber.start.uc_stack.ss_sp = fiber.stack;
        fiber.start.uc_stack.ss_size = stackBytes;
        fiber.start.uc_link = 0;
        makecontext(&fiber.start, run, 0);
    }
    int order[mostThreads];
    for (;;)
    {
        arrange(order, threads, schedule);
        int left = 0;
        for (int t = 0; t < threads; t++)
        {
            if (fibers[order[t]].waiting == nothing)
                resume(order[t]);
        }
        for (int t = 0; t < threads; t++)
            left += fibers[t].waiting != finished;
        if (left == 0)
            return true;
        bool released = false;
        for (int first = 0; first < threads; first += 32)
        {
            if (allWait(first, 32, warpOnly))
            {
                release(first, 32);
                released = true;
            }
        }
        if (!released && allWait(0, threads, block))
        {
            release(0, threads);
            released = true;
        }
        if (!released)
        {
            int t = 0;
            while (fibers[t].waiting == finished)
                t++;
            snprintf(problem, sizeof problem, "block %u: its threads wait for each other; thread %d in line %d", blockIdx.x, t, fibers[t].place);
            return false;
        }
    }
}
}

alignas(16) float shared[sharedFloats];

void waitForBlock(int place) { pause(block, place); }

void waitForWarp(int place) { pause(warpOnly, place); }

float exchange(float value, int lane)
{
    int self = current;
    int turn = fibers[self].turn;
    fibers[self].values[turn] = value;
    pause(warpOnly, -1);
    fibers[self].turn ^= 1;
    return fibers[self / 32 * 32 + lane].values[turn];
}

namespace
{
void** arguments;

void forwardBody() { ntmForward(*(Sequence*)arguments[0]); }
void backwardBody() { ntmBackward(*(Sequence*)arguments[0]); }
void productsBody() { ntmWeightProducts(*(ProductCall*)arguments[0]); }
void sumsBody() { ntmWeightSums(*(ProductCall*)arguments[0]); }
void startSumsBody() { ntmStartSums(*(Sequence*)arguments[0], *(StartCall*)arguments[1]); }
void startWeightingsBody() { ntmStartWeightings(*(Sequence*)arguments[0], *(StartCall*)arguments[1]); }

#ifdef MEMORY_ACCESS
void accessBody() { ntmMemoryAccess(*(Sequence*)arguments[0], *(int*)arguments[1], *(int*)arguments[2]); }
#endif

const struct
{
    const char* name;
    void (*body)();
} kernels[] = {
    {"ntmForward", forwardBody}, {"ntmBackward", backwardBody}, {"ntmWeightProducts", productsBody}, {"ntmWeightSums", sumsBody},
    {"ntmStartSums", startSumsBody}, {"ntmStartWeightings", startWeightingsBody},
#ifdef MEMORY_ACCESS
    {"ntmMemoryAccess", accessBody},
#endif
};
}

// Runs a kernel; schedule 0: threads in ascending order between barriers, 1: descending, 2: a new random order each time.
// Returns null, or what is wrong.
extern "C" const char* hostLaunch(const char* name, int across, int down, int threads, int sharedBytes, int schedule, void** kernelArguments)
{
    body = 0;
    for (auto& kernel : kernels)
        if (strcmp(kernel.name, name) == 0)
            body = kernel.body;
    if (!body || threads > mostThreads || threads % 32 != 0 || sharedBytes > (int)sizeof shared)
        return "no such kernel, or a block of a size that is not supported";
    arguments = kernelArguments;
    randomState = 1;
    blockDim = {(unsigned)threads, 1, 1};
    gridDim = {(unsigned)across, (unsigned)down, 1};
    unsigned* bits = (unsigned*)shared;
    int used = sharedBytes / 4;
    int guarded = used + 1024 < sharedFloats ? used + 1024 : sharedFloats;
    for (int y = 0; y < down; y++)
    {
        for (int x = 0; x < across; x++)
        {
            blockIdx = {(unsigned)x, (unsigned)y, 0};
            // A block may not count on what another one left behind, nor use more than it asked for.
            for (int i = 0; i < guarded; i++)
                bits[i] = untouched;
            if (!runBlock(threads, schedule))
                return problem;
            for (int i = used; i < guarded; i++)
                if (bits[i] != untouched)
                    return "a block wrote behind its shared memory";
        }
    }
    return 0;
}

// Sizes of what the launcher hands over.
extern "C" int hostSize(int which)
{
    const int sizes[] = {(int)sizeof(Sequence), (int)sizeof(Product), (int)sizeof(ProductCall), (int)sizeof(StartCall)};
    return sizes[which];
}
