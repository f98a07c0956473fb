using Ntm.Core.Engines.Cuda;
using Ntm.Core.Tests.Engines.Cpu;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>Whether any result depends on the order in which a block's threads run: if one does, a barrier is missing.</summary>
public class ScheduleTests
{
    private static readonly Dictionary<string, Action<NtmOptions>> Configurations = new(Support.Machines.Configurations) { ["dropout"] = o => o.Dropout = 0.3 };

    public static TheoryData<string> Names => [.. Configurations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_order_of_threads_gives_the_same_bits(string name)
    {
        var options = Support.Machines.Options(o =>
        {
            (o.ControllerSize, o.MemoryLocations, o.MemoryWidth, o.InputSize, o.OutputSize) = (37, 41, 7, 5, 6);
            Configurations[name](o);
        });
        foreach (var (threads, sharedMemory, historyBytes) in ((int, int, long)[])[(64, 64 << 10, 1 << 30), (192, 64 << 10, 1), (96, 2 << 10, 1 << 30)])
        {
            var runs = Enum.GetValues<Schedule>().Select(s => Run(options, s, threads, sharedMemory, historyBytes)).ToArray();
            foreach (var run in runs[1..])
                foreach (var (value, expected) in runs[0].Values)
                    Assert.True(expected.SequenceEqual(run.Values[value]), $"{value} depends on the order: {name}, {threads} threads, {sharedMemory} bytes");
        }
    }

    private static ParityRun Run(NtmOptions options, Schedule schedule, int threads, int sharedMemory, long historyBytes)
    {
        using var scope = NewDisposeScope();
        var c = new ParityCase(options, Steps: 4, Batch: 2, GivenState: false, FinalStateInLoss: true, Masked: false, Seed: 3);
        using var machine = new NeuralTuringMachine(options, seed: 3);
        var runtime = HostLibrary.Runtime(schedule, threads, sharedMemory, historyBytes);
        return ParityRun.Of(
            machine, ParityData.Of(c, machine), ScalarType.Float32, EngineKind.Cuda, prepare: m => m.Cell.CudaRuntime = runtime);
    }
}
