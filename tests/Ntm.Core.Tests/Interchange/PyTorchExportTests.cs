using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using Ntm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Interchange;

/// <summary>An exported program computes the same in PyTorch as the model here, for every option.</summary>
public sealed class PyTorchExportTests : IDisposable
{
    private static readonly (string Name, Action<NtmOptions> Change)[] Machines =
    [
        ("defaults", _ => { }),
        ("layers and heads", o => (o.ControllerLayers, o.ReadHeads, o.WriteHeads, o.ShiftRange) = (3, 2, 3, 2)),
        ("feedforward", o => (o.Controller, o.ControllerLayers, o.Clip) = (ControllerKind.Feedforward, 2, null)),
        ("GRU", o => (o.Controller, o.ControllerLayers) = (ControllerKind.Gru, 2)),
        ("content alone", o => (o.Addressing, o.ReadHeads) = (AddressingKind.Content, 2)),
        ("no shift", o => o.ShiftRange = 0),
        ("learned memory, zeros", o => (o.Memory, o.InitialWeightings, o.InitialReads) = (MemoryKind.Learned, InitialWeightingKind.Zeros, InitialReadKind.Zeros)),
        ("focused", o => o.InitialWeightings = InitialWeightingKind.Focused),
        ("random memory, uniform", o => (o.Memory, o.InitialWeightings) = (MemoryKind.Random, InitialWeightingKind.Uniform)),
        ("constant memory", o => o.MemoryValue = 0.5),
        ("dropout", o => o.Dropout = 0.5),
        ("after write, narrow clip", o => (o.ReadOrder, o.Clip, o.WriteHeads) = (ReadOrder.AfterWrite, 0.75, 2)),
    ];

    private static readonly (string Name, Action<LstmOptions> Change)[] Networks = [("one layer", o => o.Layers = 1), ("three layers", _ => { })];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-export-").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.Float64, 1e-12)]
    public void PyTorch_computes_the_same(ScalarType type, double tolerance)
    {
        PyTorch.Require();
        // All in one process: torch takes seconds to start.
        var expected = new Dictionary<string, (Tensor Logits, long Trained)>();
        foreach (var (name, change) in Machines)
        {
            var options = new NtmOptions { InputSize = 3, OutputSize = 2, ControllerSize = 6, MemoryLocations = 8, MemoryWidth = 5 };
            change(options);
            using var machine = new NeuralTuringMachine(options, seed: 1);
            expected.Add(name, Expected(machine, machine, type, folder => PyTorchExport.Save(machine, folder), name));
        }

        foreach (var (name, change) in Networks)
        {
            var options = new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 7 };
            change(options);
            using var network = new LstmNetwork(options, seed: 1);
            expected.Add(name, Expected(network, network, type, folder => PyTorchExport.Save(network, folder), name));
        }

        PyTorch.Run("run_exports.py", [.. expected.Keys.Select(Folder)]);
        foreach (var (name, (logits, trained)) in expected)
        {
            var file = SafeTensorsFile.Load(Path.Combine(Folder(name), "outputs.safetensors"));
            Assert.True(file.TryGetTensor("logits", out var actual) && file.TryGetTensor("trained", out _));
            AssertClose.Equal(logits, actual.ToTensor(), tolerance, name);
            Assert.Equal(trained, file.Tensors.Single(t => t.Name == "trained").ToTensor().ToInt64());
        }
    }

    [Fact]
    public void Parts_of_ones_own_are_refused()
    {
        var options = new NtmOptions { InputSize = 3, OutputSize = 2, ControllerSize = 6, MemoryLocations = 8, MemoryWidth = 5 };
        foreach (var (parts, named) in ((NtmParts, string)[])[
                     (new NtmParts { Controller = new ElmanController(8, 6) }, nameof(ElmanController)),
                     (new NtmParts { Memory = new StripedMemory(8, 5) }, nameof(StripedMemory)),
                     (new NtmParts { ReadHeads = new FixedReadHeads(1, 8, 5) }, nameof(FixedReadHeads)),
                     (new NtmParts { WriteHeads = new AddingWriteHeads(1, 6, 8, 5) }, nameof(AddingWriteHeads)),
                     (new NtmParts { ReadAddressing = new DirectAddressing(8) }, "addressing"),
                     (new NtmParts { ReadAddressing = new ContentAddressing(5) }, "addressing"),
                 ])
        {
            using var machine = new NeuralTuringMachine(options, parts, seed: 1);
            Assert.Contains(named, Assert.Throws<NotSupportedException>(() => PyTorchExport.Save(machine, _folder)).Message);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    private string Folder(string name) => Path.Combine(_folder, name);

    private (Tensor Logits, long Trained) Expected(nn.Module module, ISequenceModel model, ScalarType type, Action<string> save, string name)
    {
        module.to(type);
        module.eval();
        using (no_grad())
        {
            // Values that begin with zeros would not be missed.
            var seed = 0;
            foreach (var tensor in module.parameters().Concat(module.buffers().Where(b => b.numel() > 1)))
                tensor.copy_(tensor + Numbers.Uniform(seed++, tensor.shape, 0.5).to(type));
        }

        save(Folder(name));
        var inputs = Numbers.Uniform(99, [9, 4, 3]).to(type);
        new SafeTensorsFile([SafeTensor.FromTensor("inputs", inputs)]).Save(Path.Combine(Folder(name), "inputs.safetensors"));
        return (model.Logits(inputs).detach(), module.parameters().Sum(p => p.numel()));
    }
}
