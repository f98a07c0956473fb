using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Core.Tests.Interchange;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Serialization;

/// <summary>torch's default type belongs to the process and any code may set it: files are written and read bit-identically under any.</summary>
public sealed class DefaultTypeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScalarType _before = get_default_dtype();

    public void Dispose()
    {
        set_default_dtype(_before);
        _folder.Dispose();
    }

    public static TheoryData<ScalarType, ScalarType> Types()
    {
        var types = new TheoryData<ScalarType, ScalarType>();
        foreach (var of in (ScalarType[])[ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float16])
            foreach (var model in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
                types.Add(of, model);
        return types;
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_machine_is_written_and_read_to_the_same_bits(ScalarType other, ScalarType type)
    {
        using var machine = new NeuralTuringMachine(Small(), seed: 1);
        machine.to(type);
        NtmModelFile.Save(machine, _folder.File("usual"));
        set_default_dtype(other);
        NtmModelFile.Save(machine, _folder.File("other"));
        using var loaded = NtmModelFile.Load(_folder.File("usual"));
        Assert.All(loaded.state_dict().Values, t => Assert.Equal(type, t.dtype));
        NtmModelFile.Save(loaded, _folder.File("again"));
        NtmModelFile.LoadInto(machine, _folder.File("usual"));
        PyTorchExport.Save(machine, _folder.File("export"));
        AssertSameFiles("usual", "other", "again", $"export/{PyTorchExport.ModelFileName}");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_network_is_written_and_read_to_the_same_bits(ScalarType other, ScalarType type)
    {
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 1);
        network.to(type);
        LstmModelFile.Save(network, _folder.File("usual"));
        set_default_dtype(other);
        LstmModelFile.Save(network, _folder.File("other"));
        using var loaded = LstmModelFile.Load(_folder.File("usual"));
        Assert.All(loaded.state_dict().Values, t => Assert.Equal(type, t.dtype));
        LstmModelFile.Save(loaded, _folder.File("again"));
        AssertSameFiles("usual", "other", "again");
    }

    [Theory]
    [InlineData(ScalarType.Float64, PyTorchLayout.NtmPyTorch)]
    [InlineData(ScalarType.Float64, PyTorchLayout.PyTorchNtm)]
    [InlineData(ScalarType.BFloat16, PyTorchLayout.NtmPyTorch)]
    [InlineData(ScalarType.BFloat16, PyTorchLayout.PyTorchNtm)]
    [InlineData(ScalarType.Float16, PyTorchLayout.NtmPyTorch)]
    [InlineData(ScalarType.Float16, PyTorchLayout.PyTorchNtm)]
    public void An_import_is_the_same(ScalarType other, PyTorchLayout layout)
    {
        var weights = PyTorchPrefixTests.File(layout);
        using (var machine = PyTorchImport.Load(weights, "weights", layout))
            NtmModelFile.Save(machine, _folder.File("usual"));
        set_default_dtype(other);
        using (var machine = PyTorchImport.Load(weights, "weights", layout))
        {
            Assert.All(machine.state_dict().Values, t => Assert.Equal(ScalarType.Float32, t.dtype));
            NtmModelFile.Save(machine, _folder.File("other"));
        }

        using (var loaded = NtmModelFile.Load(_folder.File("usual")))
            NtmModelFile.Save(loaded, _folder.File("again"));
        AssertSameFiles("usual", "other", "again");
    }

    private static NtmOptions Small() => new() { InputSize = 3, OutputSize = 2, ControllerSize = 5, MemoryLocations = 7, MemoryWidth = 4, Memory = MemoryKind.Random, InitialReads = InitialReadKind.Zeros };

    private void AssertSameFiles(string first, params string[] others) =>
        Assert.All(others, other => Assert.Equal(File.ReadAllBytes(_folder.File(first)), File.ReadAllBytes(_folder.File(other))));
}
