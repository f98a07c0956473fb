// One thread's share of the cost of a sequence so far.
struct Cost
{
    double loss;
    int wrong;
};
