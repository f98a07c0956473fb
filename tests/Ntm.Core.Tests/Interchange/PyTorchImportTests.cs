using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using Ntm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Interchange;

/// <summary>Imported models compute the same as PyTorch, can be saved, and errors in a file are reported.</summary>
public sealed class PyTorchImportTests(PyTorchCases cases) : IClassFixture<PyTorchCases>, IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-import-").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Layout, head pairs, LSTM layers, bits of the element type.</summary>
    public static TheoryData<string> Names() =>
    [
        "ntm-pytorch-1-1-32", "ntm-pytorch-2-1-32", "ntm-pytorch-3-1-64",
        "pytorch-ntm-1-1-32", "pytorch-ntm-2-1-32", "pytorch-ntm-1-2-32", "pytorch-ntm-2-2-32", "pytorch-ntm-3-2-64",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_and_weightings_are_PyTorchs(string name)
    {
        PyTorch.Require();
        using var machine = PyTorchImport.Load(cases.Weights(name), LayoutOf(name));
        AssertAsPyTorch(name, machine);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_import_is_rebuilt_to_the_bit(string name)
    {
        PyTorch.Require();
        using var machine = PyTorchImport.Load(cases.Weights(name), LayoutOf(name));
        var path = Path.Combine(_folder, "model.safetensors");
        NtmModelFile.Save(machine, path);
        using var loaded = NtmModelFile.Load(path);
        Assert.Equivalent(machine.Options, loaded.Options, strict: true);
        var inputs = cases.Expected(name).Tensor("inputs");
        AssertClose.SameBits(machine.Logits(inputs), loaded.Logits(inputs));
        NtmModelFile.Save(loaded, path + ".again");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(path + ".again"));
    }

    [Theory]
    [InlineData("ntm-pytorch-2-1-32")]
    [InlineData("pytorch-ntm-2-2-32")]
    public void The_reference_engine_computes_it_and_every_parameter_learns(string name)
    {
        PyTorch.Require();
        using var machine = PyTorchImport.Load(cases.Weights(name), LayoutOf(name));
        Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
        machine.Logits(cases.Expected(name).Tensor("inputs")).square().mean().backward();
        Assert.All(machine.named_parameters(), p =>
        {
            Assert.True(p.parameter.grad is not null, p.name);
            Assert.True(p.parameter.grad!.isfinite().all().ToBoolean() && p.parameter.grad.abs().sum().ToDouble() > 0, p.name);
        });
    }

    [Theory]
    [InlineData("ntm-pytorch-2-1-32")]
    [InlineData("pytorch-ntm-2-2-32")]
    public void A_sequence_goes_on_from_a_state(string name)
    {
        PyTorch.Require();
        using var machine = PyTorchImport.Load(cases.Weights(name), LayoutOf(name));
        var inputs = cases.Expected(name).Tensor("inputs");
        var (first, state) = machine.forward(inputs.narrow(0, 0, 5));
        var (second, _) = machine.forward(inputs.narrow(0, 5, inputs.size(0) - 5), state);
        AssertClose.SameBits(machine.Logits(inputs), cat([first, second], 0));
    }

    public static TheoryData<string, string, string, string[]> Damage() => new()
    {
        // case, tensor, what is done with it, what the message names
        { "ntm-pytorch-2-1-32", "heads.2.sharpen_factor_fc.bias", "remove", ["heads.2.sharpen_factor_fc.bias", "found nothing", "[1]"] },
        { "ntm-pytorch-2-1-32", "heads.3.key_fc.weight", "remove", ["heads.3.key_fc.weight", "found nothing", "pairs"] },
        { "ntm-pytorch-2-1-32", "heads.0.key_fc.weight", "remove", ["heads.0.key_fc.weight", "found nothing"] },
        { "ntm-pytorch-2-1-32", "controller.controller_net.weight_hh", "remove", ["controller.controller_net.weight_hh", "found nothing", "[4H, H]"] },
        { "ntm-pytorch-2-1-32", "heads.1.write_data_fc.weight", "transpose", ["heads.1.write_data_fc.weight", "[20, 6]", "[6, 20]"] },
        { "ntm-pytorch-2-1-32", "controller.controller_net.weight_hh", "flatten", ["controller.controller_net.weight_hh", "[1600]", "[4H, H]"] },
        { "ntm-pytorch-2-1-32", "memory.memory_bias_fc.bias", "shorten", ["memory.memory_bias_fc.bias", "[95]", "[N*M] with M = 6"] },
        { "ntm-pytorch-2-1-32", "controller.controller_net.bias_hh", "whole", ["controller.controller_net.bias_hh", "I64", "F32"] },
        { "ntm-pytorch-2-1-32", "extra", "add", ["tensor extra", "[2]", "no such tensor"] },
        { "pytorch-ntm-2-2-32", "ntm.fc.bias", "remove", ["ntm.fc.bias", "found nothing", "[3]"] },
        { "pytorch-ntm-2-2-32", "ntm.heads.2.fc_read.weight", "transpose", ["ntm.heads.2.fc_read.weight", "[8, 11]", "[11, 8]"] },
        { "pytorch-ntm-2-2-32", "ntm.heads.3.memory.mem_bias", "flip", ["ntm.heads.3.memory.mem_bias", "other values", "ntm.memory.mem_bias"] },
        { "pytorch-ntm-2-2-32", "ntm.controller.lstm.bias_hh_l1", "remove", ["ntm.controller.lstm.bias_hh_l1", "found nothing", "[32]"] },
        { "pytorch-ntm-2-2-32", "ntm.controller.lstm.weight_ih_l0", "shorten", ["ntm.controller.lstm.weight_ih_l0", "[31, 14]", "[32, 14]"] },
        { "pytorch-ntm-2-2-32", "ntm.heads.4.fc_read.weight", "add", ["ntm.heads.5.fc_write.weight", "found nothing", "pairs"] },
    };

    [Theory]
    [MemberData(nameof(Damage))]
    public void What_does_not_fit_is_named_with_what_was_expected(string name, string tensor, string damage, string[] named)
    {
        PyTorch.Require();
        var tensors = SafeTensorsFile.Load(cases.Weights(name)).Tensors.ToDictionary(t => t.Name, t => t.ToTensor());
        switch (damage)
        {
            case "remove":
                Assert.True(tensors.Remove(tensor));
                break;
            case "add":
                tensors.Add(tensor, zeros(2));
                break;
            default:
                var value = tensors[tensor];
                tensors[tensor] = damage switch
                {
                    "transpose" => value.t(),
                    "flatten" => value.flatten(),
                    "shorten" => value.narrow(0, 0, value.size(0) - 1),
                    "flip" => value.flip(0),
                    "whole" => value.to(ScalarType.Int64),
                    _ => throw new ArgumentOutOfRangeException(nameof(damage)),
                };
                break;
        }

        var path = Path.Combine(_folder, "damaged.safetensors");
        new SafeTensorsFile(tensors.Select(t => SafeTensor.FromTensor(t.Key, t.Value))).Save(path);
        var e = Assert.Throws<SafeTensorsFormatException>(() => PyTorchImport.Load(path, LayoutOf(name)));
        Assert.StartsWith(path, e.Message);
        Assert.All(named, text => Assert.Contains(text, e.Message));
    }

    [Fact]
    public void The_other_layouts_file_is_refused()
    {
        PyTorch.Require();
        var e = Assert.Throws<SafeTensorsFormatException>(() => PyTorchImport.Load(cases.Weights("ntm-pytorch-1-1-32"), PyTorchLayout.PyTorchNtm));
        Assert.Contains("ntm.controller.lstm.weight_hh_l0", e.Message);
        Assert.Contains("layout pytorch-ntm", e.Message);
    }

    [Theory]
    [InlineData("ntm.parts", "tensorflow-ntm", "ntm-pytorch, pytorch-ntm")]
    [InlineData("ntm.parts", "ntm-pytorch", "do not support")]
    [InlineData("ntm.options", "Clip", "do not support")]
    public void A_saved_import_that_contradicts_itself_is_refused(string key, string value, string named)
    {
        PyTorch.Require();
        var path = Path.Combine(_folder, "model.safetensors");
        using (var machine = PyTorchImport.Load(cases.Weights("pytorch-ntm-2-2-32"), PyTorchLayout.PyTorchNtm))
            NtmModelFile.Save(machine, path);
        var file = SafeTensorsFile.Load(path);
        var metadata = file.Metadata.ToDictionary();
        metadata[key] = key == "ntm.options" ? metadata[key].Replace($"\"{value}\":null", $"\"{value}\":20") : value;
        Assert.NotEqual(file.Metadata[key], metadata[key]);
        new SafeTensorsFile(file.Tensors, metadata).Save(path);
        var e = Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.Load(path));
        Assert.StartsWith(path, e.Message);
        Assert.Contains(named, e.Message);
    }

    private static PyTorchLayout LayoutOf(string name) => name.StartsWith("ntm-pytorch", StringComparison.Ordinal) ? PyTorchLayout.NtmPyTorch : PyTorchLayout.PyTorchNtm;

    private void AssertAsPyTorch(string name, NeuralTuringMachine machine)
    {
        var expected = cases.Expected(name);
        var tolerance = name.EndsWith("64", StringComparison.Ordinal) ? 1e-12 : 1e-5;
        using var trace = machine.Trace(expected.Tensor("inputs"));
        AssertClose.Equal(expected.Tensor("outputs"), trace.Logits.sigmoid(), tolerance, "outputs");
        AssertClose.Equal(expected.Tensor("read_weightings"), trace.ReadWeightings, tolerance, "read weightings");
        AssertClose.Equal(expected.Tensor("write_weightings"), trace.WriteWeightings, tolerance, "write weightings");
    }
}

file static class Files
{
    public static Tensor Tensor(this SafeTensorsFile file, string name) => file.TryGetTensor(name, out var tensor)
        ? tensor.ToTensor()
        : throw new KeyNotFoundException(name);
}
