using Ntm.Core.Engines.Cuda;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>When the CUDA engine is chosen, and the reason if it is not. Changes the environment, so it runs alone.</summary>
public class EngineChoiceTests
{
    [Fact]
    public void It_can_be_turned_off()
    {
        Environment.SetEnvironmentVariable("NTM_CUDA", "0");
        try
        {
            using var machine = Support.Machines.Create(dtype: ScalarType.Float32);
            machine.Engine = EngineKind.Cuda;
            Assert.Equal(new EngineChoice(EngineKind.Reference, "the CUDA engine does not support this model: NTM_CUDA=0 turns it off"), machine.EngineChoice);
            Assert.Equal("NTM_CUDA=0 turns it off", CudaSupport.Obstacle);
            using var scope = NewDisposeScope();
            Assert.Equal(2, machine.forward(zeros(2, 1, 3)).Logits.size(2));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NTM_CUDA", null);
        }
    }

    [Fact]
    public void Without_a_driver_the_reason_says_so()
    {
        Assert.SkipWhen(System.Runtime.InteropServices.NativeLibrary.TryLoad("libcuda.so.1", out _), "This machine has NVIDIA's driver.");
        Assert.Contains("NVIDIA's driver", CudaSupport.Obstacle, StringComparison.Ordinal);
        using var machine = Support.Machines.Create(dtype: ScalarType.Float32);
        machine.Engine = EngineKind.Cuda;
        Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
        Assert.Contains("NVIDIA's driver", machine.EngineChoice.Reason, StringComparison.Ordinal);
        Assert.Contains("NVIDIA's driver", SequenceTrainingPass.Obstacle(machine), StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => new SequenceTrainingPass(machine));
    }

    [Fact]
    public void Another_element_type_falls_back_with_the_reason()
    {
        using var machine = Support.Machines.Create();
        machine.Engine = EngineKind.Cuda;
        machine.Cell.CudaRuntime = FakeDriver.Create().Runtime;
        Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
        Assert.Contains("Float64", machine.EngineChoice.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 70, 75, 80, 86, 90 }, 90, 90)]
    [InlineData(new[] { 70, 75, 80, 86, 90 }, 89, 86)]
    [InlineData(new[] { 75, 80, 90, 100 }, 70, null)]
    [InlineData(new[] { 70, 80 }, 120, null)]
    public void Kernels_are_compiled_for_the_devices_generation(int[] supported, int capability, int? expected) =>
        Assert.Equal(expected, NvrtcSearch.Architecture(supported, capability));

    [Theory]
    [InlineData("13.0", 90, 13000, null)]
    [InlineData("12.8", 90, 13000, null)]
    [InlineData("12.9", 90, 12020, null)]
    [InlineData("13.0", 90, 12080, "is newer than the driver, which is for CUDA 12.8")]
    [InlineData("13.0", 70, 13000, "does not compile for compute capability 7.0")]
    public void A_compiler_must_suit_device_and_driver(string version, int capability, int driver, string? reason) =>
        Assert.Equal(reason, NvrtcSearch.Unfit(version, [75, 80, 86, 90, 100], capability, driver));
}
