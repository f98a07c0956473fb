using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>The resident set is the whole process's: these tests run alone.</summary>
[Collection(nameof(GlobalTorchState))]
public class ResidentMemoryTests
{
    private static readonly NtmOptions Options = new() { ControllerSize = 30, MemoryLocations = 40, MemoryWidth = 9, WriteHeads = 2, Memory = MemoryKind.Learned };

    [Fact]
    public void Memory_does_not_grow_over_a_thousand_calls()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 4) { Threads = 2 };
        var inputs = (randn(6, 9, Options.InputSize) > 0).to(ScalarType.Float32);
        Run(200);
        var before = Resident();
        Run(1000);
        Assert.True(Resident() - before < 16 << 20, $"{(Resident() - before) >> 10} KiB more");

        void Run(int calls)
        {
            for (var i = 0; i < calls; i++)
            {
                using var scope = NewDisposeScope();
                machine.zero_grad();
                machine.forward(inputs).Logits.sum().backward();
            }
        }

        static long Resident()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return Environment.WorkingSet;
        }
    }
}
