using Ntm.Core.Engines.Cuda;
using Ntm.Core.Tests.Engines.Cuda;

namespace Ntm.Core.Tests.Support;

/// <summary>Puts machines on an engine; the CUDA engine computes on the host.</summary>
internal static class OnEngine
{
    /// <summary>Returns the machine, computed by an engine.</summary>
    public static NeuralTuringMachine On(this NeuralTuringMachine machine, EngineKind engine)
    {
        machine.Engine = engine;
        if (engine == EngineKind.Cuda)
            machine.Cell.CudaRuntime = HostLibrary.Runtime(Schedule.Ascending, threads: 128, historyBytes: 1 << 30);
        return machine;
    }
}
