using System.Diagnostics;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Sequences whose history is cut into chunks; the backward pass computes all chunks except the last again.</summary>
public class LongSequenceTests(ITestOutputHelper output)
{
    [Fact]
    public void A_thousand_steps_agree_with_the_reference()
    {
        var options = new NtmOptions { ControllerSize = 60, MemoryLocations = 128, MemoryWidth = 20, Memory = MemoryKind.Learned };
        var c = new ParityCase(options, Steps: 1000, Batch: 2, GivenState: false, FinalStateInLoss: true, Masked: true, Seed: 3);
        var shape = NtmShapes.Of(options);
        Assert.True(Chunks.Plan(shape, CallKind.ForwardThenBackward, 4, c.Steps, 1).Count > 1);
        foreach (var (name, distance, reference) in Parity.Compare(c))
            Assert.True(Parity.Agrees(distance, reference), $"{name}: off by {distance:E2}, the reference in float32 by {reference:E2}");
    }

    /// <remarks>
    /// With <c>NTM_FULL_SIZE=1</c> in the sizes: <c>T = 10,000</c> at 128 x 20, and <c>N = 65,536</c>, <c>M = 64</c>, <c>T = 50</c>, each
    /// within 4 GiB. Without, a tenth of the steps, which take the same memory but for the checkpoints.
    /// </remarks>
    [Theory]
    [InlineData(10_000, 4, 128, 20)]
    [InlineData(50, 2, 65_536, 64)]
    public void Long_sequences_and_large_memories_train_in_little_memory(int steps, int batch, int locations, int width)
    {
        if (Environment.GetEnvironmentVariable("NTM_FULL_SIZE") is null)
            steps /= 10;
        var options = new NtmOptions { MemoryLocations = locations, MemoryWidth = width };
        using var machine = new NeuralTuringMachine(options, seed: 1);
        using var pass = new SequenceTrainingPass(machine, 2);
        var data = new TrainingData(options, steps, batch);
        var before = Process.GetCurrentProcess().WorkingSet64;
        var cost = data.Compute(pass);
        Assert.True(cost.IsFinite);
        var used = Process.GetCurrentProcess().WorkingSet64 - before;
        output.WriteLine($"T = {steps}, B = {batch}, {locations} x {width}: {used >> 20} MiB");
        Assert.True(used < 3L << 30);
    }
}
