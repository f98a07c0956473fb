using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

/// <summary>In steady state a training iteration of the CPU engine allocates nothing: data, passes, clipping, update, metrics.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData("adam", 1, 1)]
    [InlineData("rmsprop", 4, 2)]
    [InlineData("graves-rmsprop", 3, 1)]
    [InlineData("adamw", 1, 1)]
    [InlineData("sgd", 2, 1)]
    public void More_iterations_allocate_no_more(string optimizer, int batch, int threads)
    {
        // All sequences have one length: a longer one than ever before would let the buffers grow once.
        var task = new CopyTask(new CopyOptions { MinLength = 4, MaxLength = 4 });
        using var machine = new NeuralTuringMachine(
            new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 12, MemoryLocations = 9, MemoryWidth = 5 }, seed: 1)
        { Threads = threads };
        Assert.Equal(EngineKind.Cpu, machine.EngineChoice.Engine);
        Allocated(50);
        var few = Allocated(50);
        var many = Allocated(2050);
        // The runtime itself allocates a few hundred bytes now and then; an object of each of 2,000 iterations would be 48,000 bytes.
        Assert.InRange(many - few, -2_000, 2_000);

        long Allocated(int iterations)
        {
            var trainer = new Trainer(machine, task, new TrainingOptions
            {
                Optimizer = AnyOptimizer.Of(optimizer, 1e-5),
                BatchSize = batch,
                Sequences = iterations * batch,
                ReportInterval = 1_000_000,
                EvaluationInterval = 0,
                StopWhenSolved = false,
            });
            var before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Train();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
