using Ntm.Core.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Tests of the network's own code; <see cref="NtmModelFileTests"/> tests the code that both kinds of files share.</summary>
public sealed class LstmModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    private static LstmNetwork Small(int seed = 1) => new(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_file_rebuilds_the_network_to_the_bit(bool inDouble)
    {
        using var network = Small(4);
        if (inDouble)
            network.to(ScalarType.Float64);
        LstmModelFile.Save(network, Path, new Dictionary<string, string> { ["task"] = "copy" });
        using var loaded = LstmModelFile.Load(Path);
        Assert.Equivalent(network.Options, loaded.Options, strict: true);
        Assert.Equal(network.state_dict().Keys, loaded.state_dict().Keys);
        Assert.All(loaded.parameters(), p => Assert.Equal(inDouble ? ScalarType.Float64 : ScalarType.Float32, p.dtype));
        Assert.Equal(Bytes(network), Bytes(loaded));
        Assert.Equal("copy", SafeTensorsFile.Load(Path).Metadata["task"]);
        Assert.Equal(["model.safetensors"], _folder.Names);
        using var scope = NewDisposeScope();
        var inputs = rand([6, 2, 3], dtype: inDouble ? float64 : float32);
        Assert.Equal(network.Logits(inputs).bytes.ToArray(), loaded.Logits(inputs).bytes.ToArray());
    }

    [Fact]
    public void Weights_go_into_a_network_that_exists()
    {
        using var network = Small(1);
        using var other = Small(2);
        LstmModelFile.Save(network, Path);
        LstmModelFile.LoadInto(other, Path);
        Assert.Equal(Bytes(network), Bytes(other));
    }

    [Fact]
    public void Reserved_keys_are_refused_before_anything_is_written()
    {
        using var network = Small();
        foreach (var key in (string[])["format", "lstm.options", "lstm.x"])
            Assert.Contains(key, Assert.Throws<ArgumentException>(() => LstmModelFile.Save(network, Path, new Dictionary<string, string> { [key] = "" })).Message);
        Assert.Empty(_folder.Names);
    }

    public static TheoryData<string, Func<SafeTensorsFile, SafeTensorsFile>, string[]> Damage() => new()
    {
        { "a tensor has another name", f => Change(f, "layers.1.bias", t => new SafeTensor("layers.1.bais", t.DType, t.Shape.AsSpan(), t.Data)), ["layers.1.bais", "does not have"] },
        { "a tensor has another shape", f => Change(f, "layers.1.bias", t => new SafeTensor(t.Name, t.DType, [4, 5], t.Data)), ["layers.1.bias", "[4, 5]", "[20]"] },
        { "a tensor is unknown", f => new([.. f.Tensors, new SafeTensor("layers.1.bias_hh", SafeTensorsDType.F32, [1], new byte[4])], f.Metadata), ["layers.1.bias_hh", "does not have"] },
        { "another format", f => Meta(f, "format", "pt"), ["format", "found pt", "'lstm'"] },
        { "a newer version", f => Meta(f, "lstm.version", "2"), ["lstm.version", "found 2", "newer"] },
        { "no options", f => new(f.Tensors, f.Metadata.Where(p => p.Key != "lstm.options")), ["lstm.options", "found nothing"] },
        { "an option of the other kind", f => Option(f, "\"Layers\":2", "\"Layers\":2,\"MemoryWidth\":20"), ["lstm.options", "MemoryWidth"] },
        { "an option left out", f => Option(f, ",\"Layers\":2", ""), ["lstm.options", "Layers"] },
        { "an option out of range", f => Option(f, "\"Layers\":2", "\"Layers\":0"), ["lstm.options", "Layers is 0"] },
    };

    [Theory]
    [MemberData(nameof(Damage), DisableDiscoveryEnumeration = true)]
    public void A_file_that_does_not_fit_is_refused_and_the_network_stays(string what, Func<SafeTensorsFile, SafeTensorsFile> damage, string[] named)
    {
        Assert.NotEmpty(what);
        using var network = Small(1);
        using var other = Small(2);
        LstmModelFile.Save(network, Path);
        damage(SafeTensorsFile.Load(Path)).Save(Path);
        var before = Bytes(other);
        var into = Assert.Throws<SafeTensorsFormatException>(() => LstmModelFile.LoadInto(other, Path));
        Assert.Equal(before, Bytes(other));
        var fresh = Assert.Throws<SafeTensorsFormatException>(() => LstmModelFile.Load(Path));
        foreach (var e in (Exception[])[into, fresh])
        {
            Assert.StartsWith(Path, e.Message);
            Assert.All(named, text => Assert.Contains(text, e.Message));
        }
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using var network = Small(1);
        LstmModelFile.Save(network, Path);
        var file = SafeTensorsFile.Load(Path);
        new SafeTensorsFile(file.Tensors.Where(t => t.Name != "layers.1.bias"), file.Metadata).Save(Path);
        Assert.Contains("tensor layers.1.bias: found nothing; expected a tensor of shape [20]", Assert.Throws<SafeTensorsFormatException>(() => LstmModelFile.LoadInto(network, Path)).Message);
        Assert.Throws<SafeTensorsFormatException>(() => LstmModelFile.Load(Path));
    }

    [Theory]
    [InlineData("\"HiddenSize\":5", "\"HiddenSize\":60000")]
    [InlineData("\"Layers\":2", "\"Layers\":64")]
    [InlineData("\"InputSize\":3", "\"InputSize\":65536")]
    public void A_small_file_cannot_ask_for_a_huge_network(string from, string to)
    {
        using var network = Small();
        LstmModelFile.Save(network, Path);
        Option(SafeTensorsFile.Load(Path), from, to).Save(Path);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Assert.Matches("tensor .* found (shape .*|nothing); expected ", Assert.Throws<SafeTensorsFormatException>(() => LstmModelFile.Load(Path)).Message);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Files_of_one_kind_are_no_files_of_the_other()
    {
        using var network = Small();
        using var machine = new NeuralTuringMachine(new NtmOptions { ControllerSize = 4, MemoryLocations = 5, MemoryWidth = 3 }, seed: 1);
        LstmModelFile.Save(network, Path);
        NtmModelFile.Save(machine, _folder.File("machine"));
        var noMachine = Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.Load(Path)).Message;
        Assert.Contains("metadata format: found lstm; expected 'ntm', the format of a Neural Turing Machine", noMachine);
        var noNetwork = Assert.Throws<SafeTensorsFormatException>(() => LstmModelFile.Load(_folder.File("machine"))).Message;
        Assert.Contains("metadata format: found ntm; expected 'lstm', the format of an LSTM network", noNetwork);
    }

    private static byte[] Bytes(LstmNetwork network) => [.. network.state_dict().Values.SelectMany(t => t.bytes.ToArray())];

    private static SafeTensorsFile Change(SafeTensorsFile file, string name, Func<SafeTensor, SafeTensor> change) =>
        new(file.Tensors.Select(t => t.Name == name ? change(t) : t), file.Metadata);

    private static SafeTensorsFile Meta(SafeTensorsFile file, string key, string value) =>
        new(file.Tensors, new Dictionary<string, string>(file.Metadata) { [key] = value });

    private static SafeTensorsFile Option(SafeTensorsFile file, string from, string to)
    {
        var json = file.Metadata["lstm.options"];
        Assert.Contains(from, json);
        return Meta(file, "lstm.options", json.Replace(from, to));
    }
}
