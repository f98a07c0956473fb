using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Interchange;

/// <summary>Wrappers give all names of a state dict a prefix. It is removed if all names have it, and nothing is guessed.</summary>
public sealed class PyTorchPrefixTests : IDisposable
{
    private const long Inputs = 3, Outputs = 2, Units = 5, Locations = 7, Width = 4;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("module.")]
    [InlineData("model.")]
    [InlineData("ntm.")]
    [InlineData("_orig_mod.")]
    [InlineData("_orig_mod.module.")]
    public void A_common_prefix_is_left_out(string prefix)
    {
        foreach (var layout in Enum.GetValues<PyTorchLayout>())
        {
            using var plain = PyTorchImport.Load(File(layout), "plain", layout);
            using var wrapped = PyTorchImport.Load(File(layout, name => prefix + name), "wrapped", layout);
            var inputs = rand([6, 2, Inputs], float32);
            AssertClose.SameBits(plain.Logits(inputs), wrapped.Logits(inputs));
        }
    }

    [Fact]
    public void A_name_without_the_prefix_is_refused()
    {
        var e = Refuse(PyTorchLayout.NtmPyTorch, name => name.StartsWith("heads.1.key_fc", StringComparison.Ordinal) ? name : "module." + name);
        Assert.Contains("heads.1.key_fc.weight", e.Message);
        Assert.Contains("names that begin with module.", e.Message);
    }

    [Fact]
    public void What_is_missing_is_named_with_the_prefix()
    {
        var e = Refuse(PyTorchLayout.PyTorchNtm, name => name == "ntm.fc.bias" ? "module.ntm.fc.extra" : "module." + name);
        Assert.Contains("tensor module.ntm.fc.bias: found nothing", e.Message);
    }

    [Theory]
    [InlineData("a.", "b.")]
    [InlineData("", "module.")]
    public void The_weights_of_two_models_are_refused(string first, string second)
    {
        var tensors = File(PyTorchLayout.NtmPyTorch, name => first + name).Tensors.Concat(File(PyTorchLayout.NtmPyTorch, name => second + name).Tensors);
        var e = Assert.Throws<SafeTensorsFormatException>(() => PyTorchImport.Load(new SafeTensorsFile(tensors), "two", PyTorchLayout.NtmPyTorch));
        Assert.Contains("several models' weights", e.Message);
        Assert.Contains($"{second}controller.controller_net.weight_hh", e.Message);
    }

    [Fact]
    public void A_prefix_does_not_make_one_layout_of_the_other()
    {
        var e = Assert.Throws<SafeTensorsFormatException>(() => PyTorchImport.Load(File(PyTorchLayout.NtmPyTorch, name => "module." + name), "other", PyTorchLayout.PyTorchNtm));
        Assert.Contains("tensor ntm.controller.lstm.weight_hh_l0: found nothing", e.Message);
    }

    private static SafeTensorsFormatException Refuse(PyTorchLayout layout, Func<string, string> rename) =>
        Assert.Throws<SafeTensorsFormatException>(() => PyTorchImport.Load(File(layout, rename), "weights", layout));

    /// <summary>A state dict of one pair of heads, drawn with the same values every time.</summary>
    internal static SafeTensorsFile File(PyTorchLayout layout, Func<string, string>? rename = null)
    {
        using var generator = new Generator(1);
        return new SafeTensorsFile(Shapes(layout).Select(s => SafeTensor.FromTensor(rename?.Invoke(s.Name) ?? s.Name, randn(s.Shape, float32, generator: generator))));
    }

    private static IEnumerable<(string Name, long[] Shape)> Shapes(PyTorchLayout layout) => layout == PyTorchLayout.NtmPyTorch
        ?
        [
            ("controller.controller_net.weight_ih", [4 * Units, Inputs + Width]), ("controller.controller_net.weight_hh", [4 * Units, Units]),
            ("controller.controller_net.bias_ih", [4 * Units]), ("controller.controller_net.bias_hh", [4 * Units]),
            ("controller.out_net.weight", [Outputs, Units + Width]), ("controller.out_net.bias", [Outputs]),
            .. Bias("controller.h_bias_fc", Units), .. Bias("controller.c_bias_fc", Units), .. Bias("memory.memory_bias_fc", Locations * Width),
            .. Head(0), .. Head(1),
        ]
        :
        [
            ("ntm.controller.lstm.weight_ih_l0", [4 * Units, Inputs + Width]), ("ntm.controller.lstm.weight_hh_l0", [4 * Units, Units]),
            ("ntm.controller.lstm.bias_ih_l0", [4 * Units]), ("ntm.controller.lstm.bias_hh_l0", [4 * Units]),
            ("ntm.controller.lstm_h_bias", [1, 1, Units]), ("ntm.controller.lstm_c_bias", [1, 1, Units]),
            ("ntm.fc.weight", [Outputs, Units + Width]), ("ntm.fc.bias", [Outputs]), ("ntm.memory.mem_bias", [Locations, Width]), ("ntm.read0_bias", [1, Width]),
            ("ntm.heads.0.fc_read.weight", [Width + 6, Units]), ("ntm.heads.0.fc_read.bias", [Width + 6]),
            ("ntm.heads.1.fc_write.weight", [3 * Width + 6, Units]), ("ntm.heads.1.fc_write.bias", [3 * Width + 6]),
        ];

    private static IEnumerable<(string, long[])> Bias(string name, long size) => [($"{name}.weight", [size, 1]), ($"{name}.bias", [size])];

    private static IEnumerable<(string, long[])> Head(int head) =>
        from layer in ((string Name, long Rows)[])
        [
            ("key_fc", Width), ("key_strength_fc", 1), ("interpolation_gate_fc", 1), ("shift_weighting_fc", 3), ("sharpen_factor_fc", 1), ("write_data_fc", Width),
        ]
        from part in (string[])["weight", "bias"]
        select ($"heads.{head}.{layer.Name}.{part}", part == "weight" ? new[] { layer.Rows, Units } : [layer.Rows]);
}
