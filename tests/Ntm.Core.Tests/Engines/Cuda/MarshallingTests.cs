using System.Runtime.CompilerServices;
using Ntm.Core.Engines;
using Ntm.Core.Engines.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>The launcher's calls of the driver.</summary>
public unsafe class MarshallingTests
{
    private const int Steps = 5;
    private const int Batch = 3;

    private static readonly NtmOptions Options = new()
    {
        InputSize = 3,
        OutputSize = 2,
        ControllerSize = 10,
        ControllerLayers = 2,
        MemoryLocations = 12,
        MemoryWidth = 5,
        ReadHeads = 2,
        WriteHeads = 3,
        ShiftRange = 2,
        Clip = 7,
        ReadOrder = ReadOrder.AfterWrite,
        Memory = MemoryKind.Learned,
    };

    [Fact]
    public void Structures_are_as_large_as_the_kernels_see_them()
    {
        var library = HostLibrary.Get();
        Assert.Equal(library.SizeOf(0), Unsafe.SizeOf<SequenceArguments>());
        Assert.Equal(library.SizeOf(1), Unsafe.SizeOf<ProductArguments>());
        Assert.Equal(library.SizeOf(2), Unsafe.SizeOf<ProductCallArguments>());
        Assert.Equal(library.SizeOf(3), Unsafe.SizeOf<StartCallArguments>());
        // The arguments of a kernel may take 4 KiB.
        Assert.True(Unsafe.SizeOf<SequenceArguments>() + Unsafe.SizeOf<StartCallArguments>() <= 4096);
    }

    [Fact]
    public void A_sequence_is_one_launch_per_direction_and_four_for_the_gradients()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        machine.forward(rand(Steps, Batch, 3)).Logits.sum().backward();
        Assert.Equal(
            ["ntmForward", "ntmBackward", "ntmWeightProducts", "ntmWeightSums", "ntmStartSums", "ntmStartWeightings"], driver.Calls.Select(c => c.Kernel));
        Assert.All(driver.Calls[..2], c => Assert.Equal((Batch, 1, 512), (c.Across, c.Down, c.Threads)));
        Assert.All(driver.Calls, c => Assert.InRange(c.SharedBytes, 0, driver.SharedMemory));
    }

    [Fact]
    public void Sizes_and_pointers_are_the_machines()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        var inputs = rand(Steps, Batch, 3);
        using (no_grad())
            machine.forward(inputs);
        var q = Assert.Single(driver.Calls).Argument<SequenceArguments>();
        Assert.Equal((Batch, Steps, 0, Steps), (q.Batch, q.Steps, q.FirstStep, q.ChunkSteps));
        Assert.Equal((3, 2, 10, 2, 4, 12, 5), (q.InputSize, q.OutputSize, q.Units, q.LayerCount, q.Sums, q.Locations, q.Width));
        Assert.Equal((1, 1, 1, 1, 1, 0), (q.ReadsAfterWrite, q.LearnsReadWeightings, q.LearnsWriteWeightings, q.LearnsReads, q.MemoryIsMatrix, q.Keep));
        Assert.Equal(7f, q.Clip);
        Assert.Equal((2, 1, 2, 0, 0, 13), Fields(q.Read));
        Assert.Equal((3, 1, 2, 2, 26, 23), Fields(q.Write));
        Assert.True(q.Inputs == TensorMemory.Start(inputs));
        Assert.True(q.ReadWeight == Parameter("read_heads.layer.weight"));
        Assert.True(q.ReadBias == Parameter("read_heads.layer.bias"));
        Assert.True(q.WriteWeight == Parameter("write_heads.layer.weight"));
        Assert.True(q.WriteBias == Parameter("write_heads.layer.bias"));
        Assert.True(q.OutputWeight == Parameter("output.weight"));
        Assert.True(q.OutputBias == Parameter("output.bias"));
        Assert.True(q.ReadWeightingStart == Parameter("read_heads.initial_weightings.bias"));
        Assert.True(q.WriteWeightingStart == Parameter("write_heads.initial_weightings.bias"));
        Assert.True(q.ReadVectorStart == Parameter("read_heads.initial_reads.bias"));
        Assert.True(q.MemoryStart == Parameter("memory.value"));
        for (var l = 0; l < 2; l++)
        {
            string?[] parts = ["weight_ih", "bias", "weight_hh", null, "initial_h", "initial_c"];
            for (var p = 0; p < parts.Length; p++)
                Assert.True(q.Layers[parts.Length * l + p] == (parts[p] is { } part ? Parameter($"controller.layers.{l}.{part}") : null));
        }

        Assert.True(q.Given == null && q.Trace == null && q.Targets == null && q.Lengths == null && q.Before == null && q.After == null);
        Assert.True(q.Final != null);

        float* Parameter(string name) => TensorMemory.Start(machine.get_parameter("cell." + name)!);
    }

    [Fact]
    public void Everything_lies_in_memory_that_was_reserved_and_nothing_overlaps()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        machine.forward(rand(Steps, Batch, 3)).Logits.sum().backward();
        var q = driver.Calls[1].Argument<SequenceArguments>();
        var (heads, slots) = (5L, (Steps + 1L) * Batch);
        var rows = (long)Steps * Batch;
        (nint Start, long Floats)[] arrays =
        [
            ((nint)q.Outputs, slots * 20), ((nint)q.Cells, slots * 20), ((nint)q.Gates, rows * 80), ((nint)q.Heads, rows * 95), ((nint)q.Activated, rows * 95),
            ((nint)q.Results, rows * 2), ((nint)q.Reads, slots * 10), ((nint)q.Memory, slots * 60), ((nint)q.Weightings, slots * heads * 12),
            ((nint)q.Similarities, rows * heads * 12), ((nint)q.Contents, rows * heads * 12), ((nint)q.Shifted, rows * heads * 12),
            ((nint)q.RowScales, slots * 12), ((nint)q.DCarried, Batch * (40L + 10 + 60 + 60)), ((nint)q.Workspace, Batch * q.WorkspaceStride),
        ];
        Assert.All(arrays, a => Assert.True(driver.Holds((void*)a.Start, a.Floats * sizeof(float))));
        var sorted = arrays.OrderBy(a => a.Start).ToArray();
        for (var i = 1; i < sorted.Length; i++)
            Assert.True(sorted[i - 1].Start + sorted[i - 1].Floats * sizeof(float) <= sorted[i].Start);
    }

    [Fact]
    public void A_history_that_is_too_large_is_cut_and_computed_again_backwards()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create(historyBytes: 1);
        machine.forward(rand(Steps, Batch, 3)).Logits.sum().backward();
        var chunks = driver.Calls.Where(c => c.Kernel is "ntmForward" or "ntmBackward")
            .Select(c => (c.Kernel[3], c.Argument<SequenceArguments>().FirstStep, c.Argument<SequenceArguments>().ChunkSteps));
        Assert.Equal([('F', 0, 2), ('F', 2, 2), ('F', 4, 1), ('B', 4, 1), ('F', 2, 2), ('B', 2, 2), ('F', 0, 2), ('B', 0, 2)], chunks);
        var again = driver.Calls.Last(c => c.Kernel == "ntmForward").Argument<SequenceArguments>();
        Assert.True(again.Logits == null && again.Final == null && again.After == null);
        Assert.True(driver.Calls[0].Argument<SequenceArguments>().After == driver.Calls[1].Argument<SequenceArguments>().Before);
    }

    [Fact]
    public void Many_samples_get_smaller_blocks()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        using (no_grad())
            machine.forward(rand(1, 4096, 3));
        Assert.Equal((4096, 256), (driver.Calls[0].Across, driver.Calls[0].Threads));
    }

    [Fact]
    public void Memory_is_given_back()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        using (var pass = new SequenceTrainingPass(machine))
        {
            pass.Compute(new float[9], new float[6], new float[3], [], 3, 1);
            Assert.True(driver.Reserved > 0);
        }

        Assert.Equal(0, driver.Reserved);
    }

    [Theory]
    [InlineData("ntmBackward")]
    [InlineData("ntmWeightSums")]
    public void A_failure_in_autograd_makes_the_gradient_not_a_number_and_ends_the_use_of_the_device(string refused)
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        using var pass = new SequenceTrainingPass(machine);
        driver.Refused = refused;
        machine.forward(rand(Steps, Batch, 3)).Logits.sum().backward();
        Assert.True(machine.get_parameter("cell.output.weight")!.grad!.isnan().all().ToBoolean());
        Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
        Assert.Contains($"{refused} was refused", machine.EngineChoice.Reason, StringComparison.Ordinal);
        // A pass made before says the same, and not that the model was moved.
        float[] inputs = new float[Steps * Batch * 3], targets = new float[Steps * Batch * machine.Options.OutputSize], mask = new float[Steps * Batch];
        var error = Assert.Throws<InvalidOperationException>(() => pass.Compute(inputs, targets, mask, [], Steps, Batch));
        Assert.Contains("the device failed: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The workspace of the first pass is in use again, and for another one there is no memory.</summary>
    [Fact]
    public void A_second_pass_over_a_graph_without_memory_makes_all_gradients_not_a_number()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        var inputs = rand([Steps, Batch, 3], requires_grad: true);
        var state = machine.InitialState(Batch);
        var given = state.Tensors().Select(t => t.detach().requires_grad_()).ToList();
        var start = new NtmState([.. given[..^4]], given[^4], given[^3], given[^2], given[^1]);
        var loss = machine.forward(inputs, start).Logits.sum();
        loss.backward(retain_graph: true);
        var weight = machine.get_parameter("cell.output.weight")!;
        Assert.False(weight.grad!.isnan().any().ToBoolean());
        var other = machine.forward(rand(Steps, Batch, 3)).Logits.sum();
        driver.Full = true;
        foreach (var tensor in (Tensor[])[inputs, weight, .. given])
            tensor.grad!.zero_();
        loss.backward();
        Assert.All((Tensor[])[inputs, weight, .. given], t => Assert.True(t.grad!.isnan().all().ToBoolean()));
        Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
        Assert.Contains("bytes were refused", machine.EngineChoice.Reason, StringComparison.Ordinal);
        GC.KeepAlive(other);
    }

    [Fact]
    public void A_forward_pass_without_memory_throws_and_holds_none()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        var before = driver.Reserved;
        driver.Refused = "ntmForward";
        using (no_grad())
            Assert.Throws<CudaException>(() => machine.forward(rand(Steps, Batch, 3)));
        Assert.Equal(before, driver.Reserved);
        driver.Refused = null;
        using (no_grad())
            machine.forward(rand(Steps, Batch, 3));
        Assert.Equal(EngineKind.Cuda, machine.EngineChoice.Engine);
    }

    [Fact]
    public void A_failure_elsewhere_is_thrown()
    {
        using var scope = NewDisposeScope();
        var (driver, machine) = Create();
        driver.Refused = "ntmForward";
        using (no_grad())
            Assert.Throws<CudaException>(() => machine.forward(rand(Steps, Batch, 3)));
    }

    /// <summary>Data read on a device by way of the storage equals the data read directly on the CPU, also for views.</summary>
    [Fact]
    public void A_tensors_start_on_a_device_counts_its_offset()
    {
        using var scope = NewDisposeScope();
        var whole = rand(6, 4);
        Assert.True(TensorMemory.OnDevice(whole) == TensorMemory.Start(whole));
        var part = whole.narrow(0, 2, 3);
        Assert.True(TensorMemory.OnDevice(part) == TensorMemory.Start(part));
        Assert.True(TensorMemory.OnDevice(part) == TensorMemory.Start(whole) + 8);
    }

    private static (int, int, int, int, int, int) Fields(BankArguments b) =>
        (b.Count, b.Located, b.ShiftRange, b.FirstHead, b.FirstOutput, b.OutputsPerHead);

    private static (FakeDriver Driver, NeuralTuringMachine Machine) Create(long historyBytes = 1 << 30)
    {
        var (driver, runtime) = FakeDriver.Create(historyBytes);
        var machine = new NeuralTuringMachine(Options, seed: 1) { Engine = EngineKind.Cuda };
        machine.Cell.CudaRuntime = runtime;
        Assert.Equal(new EngineChoice(EngineKind.Cuda, "explicitly requested"), machine.EngineChoice);
        return (driver, machine);
    }
}
