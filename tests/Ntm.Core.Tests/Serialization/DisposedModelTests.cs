using Ntm.Core.Interchange;
using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

/// <summary>A disposed model has no weights left: saving it must not replace a good file by one without weights.</summary>
public sealed class DisposedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NeuralTuringMachine _machine = Machine();
    private readonly LstmNetwork _network = Network();

    public void Dispose()
    {
        _machine.Dispose();
        _network.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("machine")]
    [InlineData("network")]
    [InlineData("exported machine")]
    [InlineData("exported network")]
    public void A_good_file_stays_as_it_was(string what)
    {
        Save(what);
        var before = Content();
        Assert.NotEmpty(before);
        _machine.Dispose();
        _network.Dispose();
        Assert.Contains("disposed", Assert.Throws<ObjectDisposedException>(() => Save(what)).Message);
        Assert.Equal(before, Content());
    }

    [Theory]
    [InlineData("machine")]
    [InlineData("network")]
    [InlineData("exported machine")]
    [InlineData("exported network")]
    public void Nothing_is_made(string what)
    {
        _machine.Dispose();
        _network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Save(what));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_machine_whose_cell_has_been_disposed_is_not_saved_either()
    {
        NtmModelFile.Save(_machine, _folder.File("model.safetensors"));
        var before = Content();
        _machine.Cell.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Save("machine"));
        Assert.Equal(before, Content());
    }

    /// <summary>A disposed part takes its parameters out of the model's list, and the rest would pass for a model.</summary>
    [Theory]
    [InlineData("machine")]
    [InlineData("network")]
    [InlineData("exported machine")]
    [InlineData("exported network")]
    public void A_model_with_a_disposed_part_is_not_saved_either(string what)
    {
        Save(what);
        var before = Content();
        using TorchSharp.torch.nn.Module sample = what.EndsWith("machine", StringComparison.Ordinal) ? Machine() : Network();
        var names = sample.named_modules().Select(m => m.name).ToList();
        Assert.InRange(names.Count, 3, 100);
        Assert.All(names, name =>
        {
            using var machine = Machine();
            using var network = Network();
            TorchSharp.torch.nn.Module model = what.EndsWith("machine", StringComparison.Ordinal) ? machine : network;
            model.named_modules().Single(m => m.name == name).module.Dispose();
            Assert.Contains("disposed", Assert.Throws<ObjectDisposedException>(() => Save(what, machine, network)).Message);
            Assert.Equal(before, Content());
        });
    }

    [Fact]
    public void Weights_are_not_loaded_into_it()
    {
        NtmModelFile.Save(_machine, _folder.File("model.safetensors"));
        _machine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => NtmModelFile.LoadInto(_machine, _folder.File("model.safetensors")));
    }

    private static NeuralTuringMachine Machine() =>
        new(new NtmOptions { InputSize = 3, OutputSize = 2, ControllerSize = 5, MemoryLocations = 7, MemoryWidth = 4 }, seed: 1);

    private static LstmNetwork Network() => new(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 1);

    private void Save(string what) => Save(what, _machine, _network);

    private void Save(string what, NeuralTuringMachine machine, LstmNetwork network)
    {
        switch (what)
        {
            case "machine":
                NtmModelFile.Save(machine, _folder.File("model.safetensors"));
                break;
            case "network":
                LstmModelFile.Save(network, _folder.File("model.safetensors"));
                break;
            case "exported machine":
                PyTorchExport.Save(machine, _folder.File("export"));
                break;
            default:
                PyTorchExport.Save(network, _folder.File("export"));
                break;
        }
    }

    private string[] Content() =>
        [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => f + Convert.ToHexString(File.ReadAllBytes(f)))];
}
