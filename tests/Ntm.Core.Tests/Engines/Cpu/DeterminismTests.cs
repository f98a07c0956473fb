using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Results are bit-identical for any number of threads and on every run; nothing is allocated in steady state.</summary>
public class DeterminismTests
{
    private static readonly NtmOptions Options = new() { ControllerSize = 30, MemoryLocations = 40, MemoryWidth = 9, WriteHeads = 2, Memory = MemoryKind.Learned };

    [Fact]
    public void Threads_and_repetition_do_not_change_a_bit()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 4);
        var data = new TrainingData(Options, 13, 83, mixedLengths: true);
        (SequenceScore Cost, float[] Gradient)? first = null;
        foreach (var threads in (int[])[1, 2, 3, 5])
        {
            using var pass = new SequenceTrainingPass(machine, threads);
            for (var repeat = 0; repeat < 4; repeat++)
            {
                var cost = data.Compute(pass);
                first ??= (cost, pass.Gradient.ToArray());
                Assert.Equal(first.Value.Cost, cost);
                Assert.Equal(first.Value.Gradient, pass.Gradient.ToArray());
            }
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit_through_autograd()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 4);
        var c = new ParityCase(Options, 7, 21, GivenState: true, FinalStateInLoss: true, Masked: false, Seed: 4);
        var data = ParityData.Of(c, machine);
        var first = ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Cpu, 1);
        foreach (var threads in (int[])[1, 2, 3, 5])
            foreach (var (name, values) in ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Cpu, threads).Values)
                Assert.Equal(first.Values[name], values);
    }

    [Fact]
    public void Passes_in_parallel_do_not_disturb_each_other()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 4);
        var data = Enumerable.Range(0, 4).Select(i => new TrainingData(Options, 9, 20, mixedLengths: true, seed: i)).ToArray();
        float[] Gradient(TrainingData d, int threads)
        {
            using var pass = new SequenceTrainingPass(machine, threads);
            for (var repeat = 0; repeat < 5; repeat++)
                d.Compute(pass);
            return pass.Gradient.ToArray();
        }

        var alone = data.Select(d => Gradient(d, 1)).ToArray();
        var together = new float[data.Length][];
        Parallel.For(0, data.Length, i => together[i] = Gradient(data[i], 3));
        Assert.Equal(alone, together);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_is_allocated_in_steady_state(int threads)
    {
        using var machine = new NeuralTuringMachine(Options, seed: 4);
        using var pass = new SequenceTrainingPass(machine, threads);
        TrainingData[] data = [new(Options, 8, 17, true), new(Options, 5, 3), new(Options, 8, 1)];
        var before = 0L;
        for (var i = 0; i < 60; i++)
        {
            // Tiered compilation and the pool's own queues settle first.
            if (i == 30)
                before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var d in data)
            {
                d.Compute(pass);
                d.Evaluate(pass);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
