// A sequence's cost so far, as far as one thread knows it.
struct Cost
{
    double loss;
    int wrong;
};
