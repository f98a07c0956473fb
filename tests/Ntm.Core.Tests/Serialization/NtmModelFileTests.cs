using System.Text.Json.Nodes;
using Ntm.Core.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Serialization;

public sealed class NtmModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    private static NtmOptions Small() => new()
    {
        InputSize = 3,
        OutputSize = 2,
        ControllerSize = 5,
        MemoryLocations = 7,
        MemoryWidth = 4,
        ReadHeads = 2,
        WriteHeads = 1,
        ShiftRange = 2,
    };

    public static TheoryData<string, Action<NtmOptions>> Variants() => new()
    {
        { "defaults", _ => { } },
        { "feedforward", o => (o.Controller, o.ControllerLayers) = (ControllerKind.Feedforward, 2) },
        { "two layers, three write heads", o => (o.ControllerLayers, o.WriteHeads) = (2, 3) },
        { "content addressing", o => o.Addressing = AddressingKind.Content },
        { "learned memory", o => (o.Memory, o.MemoryValue) = (MemoryKind.Learned, 0.25) },
        { "random memory, zeros", o => (o.Memory, o.InitialWeightings, o.InitialReads) = (MemoryKind.Random, InitialWeightingKind.Zeros, InitialReadKind.Zeros) },
        { "dropout", o => o.Dropout = 0.125 },
        { "focused", o => o.InitialWeightings = InitialWeightingKind.Focused },
        { "constant, uniform, after write, no clip", o => (o.MemoryValue, o.InitialWeightings, o.ReadOrder, o.Clip) = (0.125, InitialWeightingKind.Uniform, ReadOrder.AfterWrite, null) },
    };

    [Theory]
    [MemberData(nameof(Variants), DisableDiscoveryEnumeration = true)]
    public void One_file_rebuilds_the_model_to_the_bit(string variant, Action<NtmOptions> change)
    {
        Assert.NotEmpty(variant);
        var options = Small();
        change(options);
        using var machine = new NeuralTuringMachine(options, seed: 4);
        NtmModelFile.Save(machine, Path);
        using var loaded = NtmModelFile.Load(Path);
        Assert.False(loaded.training || loaded.Cell.training);
        machine.eval();
        Assert.Equivalent(options, loaded.Options, strict: true);
        var (expected, actual) = (machine.state_dict(), loaded.state_dict());
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected.Keys, name => Assert.Equal(expected[name].bytes.ToArray(), actual[name].bytes.ToArray()));
        using var scope = NewDisposeScope();
        var inputs = rand(6, 2, 3);
        Assert.Equal(machine.Logits(inputs).bytes.ToArray(), loaded.Logits(inputs).bytes.ToArray());
    }

    [Fact]
    public void A_double_model_stays_double()
    {
        using var machine = new NeuralTuringMachine(Small(), seed: 1);
        machine.to(ScalarType.Float64);
        NtmModelFile.Save(machine, Path);
        using var loaded = NtmModelFile.Load(Path);
        Assert.All(loaded.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.Equal(machine.state_dict()["cell.output.weight"].bytes.ToArray(), loaded.state_dict()["cell.output.weight"].bytes.ToArray());
    }

    [Fact]
    public void The_same_model_gives_the_same_file()
    {
        using var machine = new NeuralTuringMachine(Small(), seed: 1);
        NtmModelFile.Save(machine, Path);
        NtmModelFile.Save(machine, _folder.File("again"));
        Assert.Equal(File.ReadAllBytes(Path), File.ReadAllBytes(_folder.File("again")));
        Assert.Equal(["again", "model.safetensors"], _folder.Names);
    }

    [Fact]
    public void Metadata_of_ones_own_comes_back_and_reserved_keys_are_refused()
    {
        using var machine = new NeuralTuringMachine(Small(), seed: 1);
        NtmModelFile.Save(machine, Path, new Dictionary<string, string> { ["task"] = "copy" });
        Assert.Equal("copy", SafeTensorsFile.Load(Path).Metadata["task"]);
        var before = File.ReadAllBytes(Path);
        foreach (var key in (string[])["format", "ntm.options", "ntm.x"])
            Assert.Contains(key, Assert.Throws<ArgumentException>(() => NtmModelFile.Save(machine, Path, new Dictionary<string, string> { [key] = "" })).Message);
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Weights_go_into_a_machine_that_exists()
    {
        using var machine = new NeuralTuringMachine(Small(), seed: 1);
        using var other = new NeuralTuringMachine(Small(), seed: 2);
        NtmModelFile.Save(machine, Path);
        NtmModelFile.LoadInto(other, Path);
        Assert.Equal(Bytes(machine), Bytes(other));
    }

    public static TheoryData<string, Func<SafeTensorsFile, SafeTensorsFile>, string[]> Damage() => new()
    {
        { "a tensor is missing", f => Change(f, t => t.Name == "output.bias" ? null : t), ["output.bias", "found nothing", "[2]"] },
        { "a tensor is unknown", f => Change(f, t => t.Name == "output.bias" ? new SafeTensor("output.bais", t.DType, t.Shape.AsSpan(), t.Data) : t), ["output.bais", "does not have"] },
        { "a shape is another", f => Change(f, t => t.Name == "output.bias" ? new SafeTensor(t.Name, t.DType, [1, 2], t.Data) : t), ["output.bias", "[1, 2]", "[2]"] },
        { "an element type is another", f => Change(f, t => t.Name == "output.bias" ? new SafeTensor(t.Name, SafeTensorsDType.I32, t.Shape.AsSpan(), t.Data) : t), ["output.bias", "I32", "F32"] },
        { "no format", f => Meta(f, "format", null), ["format", "found nothing", "'ntm'"] },
        { "another format", f => Meta(f, "format", "pt"), ["format", "found pt", "'ntm'"] },
        { "a newer version", f => Meta(f, "ntm.version", "2"), ["ntm.version", "found 2", "at most 1", "newer"] },
        { "no version", f => Meta(f, "ntm.version", "one"), ["ntm.version", "one"] },
        { "no options", f => Meta(f, "ntm.options", null), ["ntm.options", "found nothing"] },
        { "options that are no JSON", f => Meta(f, "ntm.options", "{"), ["ntm.options", "JSON"] },
        { "options that are null", f => Meta(f, "ntm.options", "null"), ["ntm.options", "null"] },
        { "an unknown option", f => Option(f, "Colour", 1), ["ntm.options", "Colour"] },
        { "an option left out", f => Option(f, "Clip", null, remove: true), ["ntm.options", "Clip"] },
        { "an option out of range", f => Option(f, "ReadHeads", 0), ["ntm.options", "ReadHeads is 0"] },
        { "a dropout out of range", f => Option(f, "Dropout", 1), ["ntm.options", "Dropout is 1"] },
        { "an enum by number", f => Option(f, "Memory", 1), ["ntm.options", "Memory"] },
    };

    [Theory]
    [MemberData(nameof(Damage), DisableDiscoveryEnumeration = true)]
    public void A_file_that_does_not_fit_is_refused_and_the_model_stays(string what, Func<SafeTensorsFile, SafeTensorsFile> damage, string[] named)
    {
        Assert.NotEmpty(what);
        using var machine = new NeuralTuringMachine(Small(), seed: 1);
        using var other = new NeuralTuringMachine(Small(), seed: 2);
        NtmModelFile.Save(machine, Path);
        damage(SafeTensorsFile.Load(Path)).Save(Path);
        var before = Bytes(other);
        var into = Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.LoadInto(other, Path));
        Assert.Equal(before, Bytes(other));
        var fresh = Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.Load(Path));
        foreach (var e in (Exception[])[into, fresh])
        {
            Assert.StartsWith(Path, e.Message);
            Assert.All(named, text => Assert.Contains(text, e.Message));
        }
    }

    [Fact]
    public void A_truncated_file_leaves_the_model_as_it_was()
    {
        using var machine = new NeuralTuringMachine(Small(), seed: 1);
        using var other = new NeuralTuringMachine(Small(), seed: 2);
        NtmModelFile.Save(machine, Path);
        var whole = File.ReadAllBytes(Path);
        var before = Bytes(other);
        for (var length = 0; length < whole.Length; length += 61)
        {
            File.WriteAllBytes(Path, whole[..length]);
            Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.LoadInto(other, Path));
        }

        Assert.Equal(before, Bytes(other));
    }

    /// <summary>The file has a few hundred numbers, and each option asks for many more.</summary>
    [Theory]
    [InlineData("ControllerSize", 60000)]
    [InlineData("ControllerLayers", 64)]
    [InlineData("InputSize", 65536)]
    [InlineData("OutputSize", 65536)]
    [InlineData("MemoryLocations", 1 << 24)]
    [InlineData("ReadHeads", 256)]
    [InlineData("WriteHeads", 256)]
    [InlineData("MemoryWidth", 65536)]
    public void A_small_file_cannot_ask_for_a_huge_model(string option, int value)
    {
        using (var machine = new NeuralTuringMachine(Small(), seed: 1))
            NtmModelFile.Save(machine, Path);
        Option(SafeTensorsFile.Load(Path), option, value).Save(Path);
        using var scope = NewDisposeScope();
        var (allocated, tensors) = (GC.GetAllocatedBytesForCurrentThread(), scope.DisposablesCount);
        var e = Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.Load(Path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1_000_000);
        Assert.Equal(tensors, scope.DisposablesCount);
        Assert.Matches("tensor .* found (shape .*|nothing); expected ", e.Message);
    }

    [Fact]
    public void Looking_at_a_small_file_does_not_take_gigabytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the peak of a process' memory and forgets it on request.");
        var small = new NtmOptions { InputSize = 1, OutputSize = 1, ControllerSize = 1, MemoryLocations = 3, MemoryWidth = 1, ReadHeads = 32, WriteHeads = 32 };
        using (var machine = new NeuralTuringMachine(small, seed: 1))
            NtmModelFile.Save(machine, Path);
        Option(SafeTensorsFile.Load(Path), "MemoryLocations", 1 << 24).Save(Path);
        // Makes the present size the peak.
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Peak();
        var e = Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.Load(Path));
        // Pages given back in between can make the peak smaller than it was.
        Assert.InRange(Peak() - before, long.MinValue, 100_000_000);
        Assert.Contains("initial_weightings.bias: found shape [32, 3]; expected [32, 16777216]", e.Message);

        static long Peak() => 1024 * long.Parse(File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    [Theory]
    [InlineData("/* a comment */{", "{")]
    [InlineData("{\"Clip\":20,", "{")]
    public void Options_have_no_comments_and_nothing_twice(string beginning, string instead)
    {
        using (var machine = new NeuralTuringMachine(Small(), seed: 1))
            NtmModelFile.Save(machine, Path);
        var file = SafeTensorsFile.Load(Path);
        Meta(file, "ntm.options", beginning + file.Metadata["ntm.options"][instead.Length..]).Save(Path);
        Assert.Contains("metadata ntm.options", Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.Load(Path)).Message);
    }

    [Fact]
    public void Options_of_megabytes_are_refused_unread()
    {
        using (var machine = new NeuralTuringMachine(Small(), seed: 1))
            NtmModelFile.Save(machine, Path);
        var file = SafeTensorsFile.Load(Path);
        Meta(file, "ntm.options", new string(' ', 10_000_000) + file.Metadata["ntm.options"]).Save(Path);
        var e = Assert.Throws<SafeTensorsFormatException>(() => NtmModelFile.Load(Path));
        Assert.Contains("expected at most 65536", e.Message);
        Assert.InRange(e.Message.Length, 1, 10_000);
    }

    /// <summary>Older versions read the file of a model without it, and refuse one that they would compute wrongly.</summary>
    [Fact]
    public void Dropout_is_written_if_there_is_any()
    {
        Assert.EndsWith(",\"Clip\":20,\"Dropout\":0.25}", OptionsJson.Write(new NtmOptions { Dropout = 0.25 }));
        var json = OptionsJson.Write(new NtmOptions());
        Assert.DoesNotContain("Dropout", json, StringComparison.Ordinal);
        Assert.Equal(0, OptionsJson.Read(json, new NtmOptionsValidator(), "file", "options").Dropout);
    }

    [Fact]
    public void The_options_text_is_pinned() => Assert.Equal(
        """{"InputSize":9,"OutputSize":8,"Controller":"Lstm","ControllerSize":100,"ControllerLayers":1,"MemoryLocations":128,"MemoryWidth":20,"ReadHeads":1,"WriteHeads":1,"Addressing":"ContentAndLocation","ShiftRange":1,"Memory":"Constant","MemoryValue":null,"InitialWeightings":"Learned","InitialReads":"Learned","ReadOrder":"BeforeWrite","Clip":20}""",
        OptionsJson.Write(new NtmOptions()));

    private static byte[] Bytes(NeuralTuringMachine machine) => [.. machine.state_dict().Values.SelectMany(t => t.bytes.ToArray())];

    private static SafeTensorsFile Change(SafeTensorsFile file, Func<SafeTensor, SafeTensor?> change) =>
        new(file.Tensors.Select(change).OfType<SafeTensor>(), file.Metadata);

    private static SafeTensorsFile Meta(SafeTensorsFile file, string key, string? value)
    {
        var metadata = file.Metadata.ToDictionary();
        metadata.Remove(key);
        if (value is not null)
            metadata[key] = value;
        return new SafeTensorsFile(file.Tensors, metadata);
    }

    private static SafeTensorsFile Option(SafeTensorsFile file, string name, int? value, bool remove = false)
    {
        var options = JsonNode.Parse(file.Metadata["ntm.options"])!.AsObject();
        options.Remove(name);
        if (!remove)
            options[name] = value;
        return Meta(file, "ntm.options", options.ToJsonString());
    }
}
