using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using Ntm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Interchange;

/// <summary>An exported ONNX file describes itself, and models that have none are refused.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-onnx-").FullName;
    private readonly string _path;

    public OnnxFileTests() => _path = Path.Combine(_folder, "model.onnx");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_file_has_the_options_of_the_model_and_its_weights_by_name()
    {
        using var machine = Machines.Create(o => o.ReadHeads = 2, dtype: float32);
        OnnxExport.Save(machine, _path);
        using (var run = new OnnxRun(_path))
        {
            var metadata = run.Session.ModelMetadata;
            Assert.Equal("Ntm", metadata.ProducerName);
            Assert.Contains("[T, B, heads, N]", metadata.GraphDescription);
            Assert.Equal("ntm", metadata.CustomMetadataMap[ModelMetadata.FormatKey]);
            Assert.Equal(OptionsJson.Write(machine.Options), metadata.CustomMetadataMap[ModelMetadata.OptionsKey(ModelMetadata.Ntm)]);
            Assert.Equal(["inputs"], run.Session.InputNames);
            Assert.Equal(["logits", "read_weightings", "write_weightings"], run.Session.OutputNames);
            Assert.Equal(["T", "B", ""], run.Session.InputMetadata["inputs"].SymbolicDimensions);
            Assert.Equal([-1, -1, 2, 5], run.Session.OutputMetadata["read_weightings"].Dimensions);
        }

        var content = OnnxContent.Read(_path);
        Assert.Equal((8, OnnxExport.OpsetVersion), (content.IrVersion, content.OpsetVersion));
        Assert.Equal("Scan", content.Operators[^1]);
        Assert.Single(content.Operators, "Scan");
        Assert.Superset(machine.Cell.state_dict().Keys.ToHashSet(), content.Constants.ToHashSet());
    }

    [Fact]
    public void The_file_of_a_network_has_its_options()
    {
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 6 }, seed: 1);
        OnnxExport.Save(network, _path);
        using var run = new OnnxRun(_path);
        Assert.Equal(OptionsJson.Write(network.Options), run.Session.ModelMetadata.CustomMetadataMap[ModelMetadata.OptionsKey(ModelMetadata.Lstm)]);
        Assert.Superset(network.state_dict().Keys.ToHashSet(), OnnxContent.Read(_path).Constants.ToHashSet());
    }

    [Fact]
    public void The_same_model_gives_the_same_file()
    {
        using var machine = Machines.Create(dtype: float32);
        OnnxExport.Save(machine, _path);
        var first = File.ReadAllBytes(_path);
        OnnxExport.Save(machine, _path);
        Assert.Equal(first, File.ReadAllBytes(_path));
    }

    [Fact]
    public void Many_locations_make_no_large_file()
    {
        using var machine = Machines.Create(o => (o.MemoryLocations, o.ShiftRange, o.InitialWeightings) = (100_000, 9, InitialWeightingKind.Zeros), dtype: float32);
        OnnxExport.Save(machine, _path);
        Assert.InRange(new FileInfo(_path).Length, 1, 50_000);
    }

    [Fact]
    public void Custom_and_imported_parts_are_refused_by_name()
    {
        foreach (var (parts, named) in ((NtmParts, string)[])[
                     (new NtmParts { Controller = new ElmanController(7, 6) }, nameof(ElmanController)),
                     (new NtmParts { Memory = new StripedMemory(5, 4) }, nameof(StripedMemory)),
                     (new NtmParts { ReadHeads = new FixedReadHeads(1, 5, 4) }, nameof(FixedReadHeads)),
                     (new NtmParts { WriteHeads = new AddingWriteHeads(1, 6, 5, 4) }, nameof(AddingWriteHeads)),
                     (new NtmParts { ReadAddressing = new ContentAddressing(4) }, "addressing"),
                     (PyTorchProject.Find("pytorch-ntm")!.Parts(Machines.Options()), nameof(PyTorchReadHeads)),
                 ])
        {
            using var machine = Machines.Create(parts: parts, dtype: float32);
            var message = Refused(() => OnnxExport.Save(machine, _path));
            Assert.Contains(named, message);
            Assert.Contains("built-in parts", message);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Other_element_types_are_refused(ScalarType type)
    {
        using var machine = Machines.Create(dtype: type);
        Assert.Contains($"{type}; expected Float32", Refused(() => OnnxExport.Save(machine, _path)));
        using var network = new LstmNetwork(new LstmOptions { HiddenSize = 6 }, seed: 1);
        network.to(type);
        Assert.Contains($"{type}; expected Float32", Refused(() => OnnxExport.Save(network, _path)));
    }

    [Fact]
    public void A_file_that_would_be_too_large_is_refused()
    {
        using var machine = Machines.Create(dtype: float32);
        OnnxExport.Save(machine, _path);
        var size = new FileInfo(_path).Length;
        OnnxExport.Save(machine, _path, size);
        File.Delete(_path);
        Assert.Contains($"would have {size} bytes; expected at most {size - 1}", Refused(() => OnnxExport.Save(machine, _path, size - 1)));
        var weights = machine.Cell.state_dict().Values.Sum(t => 4 * t.numel());
        Assert.Contains("would have", Refused(() => OnnxExport.Save(machine, _path, weights)));
        Assert.Contains($"weights have {weights} bytes; expected at most {weights - 1}", Refused(() => OnnxExport.Save(machine, _path, weights - 1)));
    }

    [Fact]
    public void Disposed_models_are_refused()
    {
        var machine = Machines.Create(dtype: float32);
        machine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => OnnxExport.Save(machine, _path));
        var network = new LstmNetwork(new LstmOptions { HiddenSize = 6 }, seed: 1);
        network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => OnnxExport.Save(network, _path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    private string Refused(Action save)
    {
        var message = Assert.Throws<NotSupportedException>(save).Message;
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        return message;
    }
}
