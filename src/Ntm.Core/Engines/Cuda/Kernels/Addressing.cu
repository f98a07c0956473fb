// Equations (5) to (9), as MemoryEquations defines them, for a range of heads with the same memory.

// A head at a step. Arrays over locations.
struct HeadView
{
    const float* key;            // the activated key, then strength, gate, shift weighting, sharpening
    const float* numbers;
    const float* before;         // the weighting before the step
    float* after;                // and after it
    float* similarities;
    float* contents;
    float* shifted;

    __device__ HeadView(const Sequence& q, const float* activated, int head, int step)
    {
        key = activated + firstOutput(q, head);
        numbers = key + q.width;
        Index heads = headCount(q);
        before = q.weightings + (slotRow(q, step) * heads + head) * q.locations;
        after = q.weightings + (slotRow(q, step + 1) * heads + head) * q.locations;
        Index arrays = (stepRow(q, step) * heads + head) * q.locations;
        similarities = q.similarities + arrays;
        contents = q.contents + arrays;
        shifted = q.shifted + arrays;
    }
};

// The share of a thread of a team in its head: locations begin, begin + members, ...; none if it is idle.
struct Share
{
    int head;
    bool active;
    int begin;

    __device__ Share(const Sequence& q, const Team& team, int firstHead, int endHead)
    {
        head = firstHead + team.group;
        active = team.group < team.groups && head < endHead;
        // An idle thread refers to an existing head and does nothing to it.
        head = active ? head : firstHead;
        begin = active ? team.member : q.locations;
    }
};

// Equations (6) and (5); returns one over the sum of the exponentials that it leaves in `logarithms`.
__device__ inline float contentWeighting(
    const Sequence& q, const ForwardWork& w, Team& team, const Share& share, const HeadView& head, Matrix memory, float* scales)
{
    float* similarities = w.logarithms + (Index)share.head * q.locations;
    float keyScale = w.keyScales[share.head];
    // A number below every similarity.
    float largest = -2;
    for (int i = share.begin; i < q.locations; i += team.members)
    {
        float dot = 0;
        float square = 0;
        for (int m = 0; m < q.width; m++)
        {
            float x = memory.at(i, m);
            dot += head.key[m] * x;
            square += x * x;
        }
        float scale = rsqrtf(square + NORM_EPSILON);
        float similarity = dot * (scale * keyScale);
        similarities[i] = similarity;
        head.similarities[i] = similarity;
        // All heads compute the same norm.
        if (scales)
            scales[i] = scale;
        largest = fmaxf(largest, similarity);
    }
    largest = team.max(largest);
    float strength = head.numbers[0];
    float sum = 0;
    for (int i = share.begin; i < q.locations; i += team.members)
        sum += similarities[i] = expf(strength * (similarities[i] - largest));
    return 1 / team.sum(sum);
}

// Equations (8) and (9).
__device__ inline void shiftAndSharpen(const Sequence& q, const ForwardWork& w, Team& team, const Share& share, const HeadView& head)
{
    const Bank& bank = bankOf(q, share.head);
    Index first = (Index)share.head * q.locations;
    const float* gated = w.gated + first;
    const float* shift = head.numbers + 2 + bank.shiftRange;
    // A number below the logarithm of the epsilon.
    float largest = -100;
    int begin = bank.located ? share.begin : q.locations;
    for (int i = begin; i < q.locations; i += team.members)
    {
        float shifted = 0;
        for (int s = -bank.shiftRange; s <= bank.shiftRange; s++)
            shifted += shift[s] * gated[wrapped(i, -s, q.locations)];
        shifted += WEIGHT_EPSILON;
        head.shifted[i] = shifted;
        float logarithm = logf(shifted);
        w.logarithms[first + i] = logarithm;
        largest = fmaxf(largest, logarithm);
    }
    largest = team.max(largest);
    float gamma = bank.located ? head.numbers[2 * bank.shiftRange + 3] : 1;
    float sum = 0;
    for (int i = begin; i < q.locations; i += team.members)
        sum += w.logarithms[first + i] = expf(gamma * (w.logarithms[first + i] - largest));
    sum = team.sum(sum);
    for (int i = begin; i < q.locations; i += team.members)
        head.after[i] = w.weightings[first + i] = w.logarithms[first + i] / sum;
}

// All equations. On return the weightings are visible to the whole block.
__device__ inline void address(const Sequence& q, const ForwardWork& w, int firstHead, int endHead, int step, Matrix memory, float* rowScales)
{
    Team team(endHead - firstHead);
    for (int first = firstHead; first < endHead; first += team.groups)
    {
        Share share(q, team, first, endHead);
        HeadView head(q, w.activated, share.head, step);
        float inverse = contentWeighting(q, w, team, share, head, memory, share.head == firstHead ? rowScales : 0);
        Index start = (Index)share.head * q.locations;
        bool located = bankOf(q, share.head).located;
        float gate = located ? head.numbers[1] : 1;
        for (int i = share.begin; i < q.locations; i += team.members)
        {
            float content = w.logarithms[start + i] * inverse;
            head.contents[i] = content;
            float previous = w.weightings[start + i];
            if (located)
                w.gated[start + i] = previous + gate * (content - previous);
            else
                head.after[i] = w.weightings[start + i] = content;
        }
        __syncthreads();
        shiftAndSharpen(q, w, team, share, head);
    }
    __syncthreads();
}
