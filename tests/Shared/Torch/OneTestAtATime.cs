using Xunit.Sdk;
using Xunit.v3;

// TorchSharp does not keep the native scalar of an expression such as 'tensor * 1e4' alive during the call. A collection that another test's
// thread sets off just then lets the finalizer free it, and the call fails or computes something else. Within a thread nothing
// collects between the two. It also keeps tests that measure time or memory to themselves.
[assembly: Parallelization(Mode = ParallelMode.None)]
