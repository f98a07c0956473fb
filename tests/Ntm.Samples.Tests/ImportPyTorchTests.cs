using System.Runtime.InteropServices;
using Ntm.Core.Serialization;

namespace Ntm.Samples.Tests;

/// <summary>The sample that imports from PyTorch, with a state dict that has the names and shapes of a small model of <c>pytorch-ntm</c>.</summary>
public sealed class ImportPyTorchTests : IDisposable
{
    private const int Inputs = 3, Outputs = 2, Units = 5, Locations = 6, Width = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Weights_become_a_model_file()
    {
        Weights().Save(Path.Combine(_folder, "weights.safetensors"));
        var output = Sample.Succeed(_folder, "Ntm.ImportPyTorch", "weights.safetensors", "pytorch-ntm", "7");
        Assert.Contains("3 inputs, 2 outputs, 5 units, a memory of 6 x 4, 1 read head(s)", output, StringComparison.Ordinal);
        Assert.Contains("outputs from 0.", output, StringComparison.Ordinal);
        Assert.True(SafeTensorsFile.Load(Path.Combine(_folder, "weights.ntm.safetensors")).Metadata.ContainsKey("ntm.parts"));
    }

    [Fact]
    public void A_tensor_that_is_missing_is_named()
    {
        var whole = Weights();
        new SafeTensorsFile(whole.Tensors.Where(tensor => tensor.Name != "ntm.fc.bias")).Save(Path.Combine(_folder, "weights.safetensors"));
        var (exitCode, output) = Sample.Run(_folder, "Ntm.ImportPyTorch", "weights.safetensors", "pytorch-ntm");
        Assert.Equal(1, exitCode);
        Assert.Contains("ntm.fc.bias", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_without_a_stack_trace()
    {
        var (exitCode, output) = Sample.Run(_folder, "Ntm.ImportPyTorch", "none.safetensors", "ntm-pytorch");
        Assert.Equal(1, exitCode);
        Assert.Contains("none.safetensors", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static SafeTensorsFile Weights()
    {
        var random = new Random(1);
        // One read head and one write head: key, strength, gate, three shifts, sharpening; the write head's erase and add vectors.
        const int Head = Width + 6;
        var memory = Values(Locations * Width);
        return new SafeTensorsFile(
        [
            Tensor("ntm.controller.lstm.weight_ih_l0", 4 * Units, Inputs + Width),
            Tensor("ntm.controller.lstm.weight_hh_l0", 4 * Units, Units),
            Tensor("ntm.controller.lstm.bias_ih_l0", 4 * Units),
            Tensor("ntm.controller.lstm.bias_hh_l0", 4 * Units),
            Tensor("ntm.controller.lstm_h_bias", 1, 1, Units),
            Tensor("ntm.controller.lstm_c_bias", 1, 1, Units),
            Tensor("ntm.heads.0.fc_read.weight", Head, Units),
            Tensor("ntm.heads.0.fc_read.bias", Head),
            Tensor("ntm.heads.1.fc_write.weight", Head + (2 * Width), Units),
            Tensor("ntm.heads.1.fc_write.bias", Head + (2 * Width)),
            Tensor("ntm.read0_bias", 1, Width),
            Tensor("ntm.fc.weight", Outputs, Units + Width),
            Tensor("ntm.fc.bias", Outputs),
            .. ((string[])["memory", "ntm.memory", "ntm.heads.0.memory", "ntm.heads.1.memory"]).Select(
                owner => new SafeTensor($"{owner}.mem_bias", SafeTensorsDType.F32, [Locations, Width], memory)),
        ]);

        SafeTensor Tensor(string name, params long[] shape) => new(name, SafeTensorsDType.F32, shape, Values(shape.Aggregate((a, b) => a * b)));

        byte[] Values(long count) => MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, (int)count).Select(_ => random.NextSingle() - 0.5f)]).ToArray();
    }
}
