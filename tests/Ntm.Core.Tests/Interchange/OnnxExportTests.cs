using Ntm.Core.Interchange;
using Ntm.Core.Tests.Support;
using Ntm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Interchange;

/// <summary>An exported file gives in ONNX Runtime what the model gives here, for every option, and a file is refused or complete.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private static readonly Dictionary<string, Action<NtmOptions>> Configurations = new(Machines.Configurations)
    {
        ["GRU"] = o => o.Controller = ControllerKind.Gru,
        ["GRU, 3 layers, 3 read heads"] = o => (o.Controller, o.ControllerLayers, o.ReadHeads) = (ControllerKind.Gru, 3, 3),
        ["content addressing, 2 read and 2 write heads, reads after writes"] = o =>
            (o.Addressing, o.ReadHeads, o.WriteHeads, o.ReadOrder) = (AddressingKind.Content, 2, 2, ReadOrder.AfterWrite),
        ["random memory, zero weightings"] = o => (o.Memory, o.InitialWeightings) = (MemoryKind.Random, InitialWeightingKind.Zeros),
        ["focused weightings, a constant"] = o => (o.InitialWeightings, o.MemoryValue) = (InitialWeightingKind.Focused, 0.5),
        ["the widest shift"] = o => (o.MemoryLocations, o.ShiftRange) = (41, 20),
        ["one location"] = o => (o.MemoryLocations, o.ShiftRange) = (1, 0),
        ["dropout"] = o => o.Dropout = 0.5,
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-onnx-").FullName;
    private readonly string _path;

    public OnnxExportTests() => _path = Path.Combine(_folder, "model.onnx");

    public static TheoryData<string> Names => [.. Configurations.Keys];

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <remarks>Weights that begin with zeros are changed: their lack would have no effect.</remarks>
    [Theory]
    [MemberData(nameof(Names))]
    public void ONNX_Runtime_computes_the_same(string name)
    {
        using var machine = Machines.Create(Configurations[name], dtype: float32);
        Shake(machine);
        machine.train();
        OnnxExport.Save(machine, _path);
        machine.eval();
        using var run = new OnnxRun(_path);
        foreach (var (steps, batch) in ((int, int)[])[(1, 1), (20, 3), (20, 1), (1, 3), (7, 2)])
        {
            var inputs = Machines.Inputs(machine.Options, seed: steps + batch, steps, batch, float32);
            var actual = run.Run(inputs);
            var trace = machine.Trace(inputs);
            var what = $"{name}, T {steps}, B {batch}";
            AssertClose.Equal(trace.Logits, actual["logits"], Tolerance, $"{what}: logits");
            AssertClose.Equal(trace.ReadWeightings, actual["read_weightings"], Tolerance, $"{what}: read weightings");
            AssertClose.Equal(trace.WriteWeightings, actual["write_weightings"], Tolerance, $"{what}: write weightings");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ONNX_Runtime_computes_an_LSTM_network(int layers)
    {
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 6, Layers = layers }, seed: 1);
        Shake(network);
        OnnxExport.Save(network, _path);
        using var run = new OnnxRun(_path);
        foreach (var (steps, batch) in ((int, int)[])[(1, 1), (20, 3), (7, 2)])
        {
            var inputs = Numbers.Uniform(steps, [steps, batch, 3]).to(float32);
            var actual = run.Run(inputs);
            AssertClose.Equal(network.Logits(inputs), Assert.Single(actual).Value, Tolerance, $"T {steps}, B {batch}");
        }
    }

    /// <summary>Adds to every number of a model that its weights may have.</summary>
    private static void Shake(nn.Module module)
    {
        using var noGrad = no_grad();
        var seed = 0;
        foreach (var tensor in module.parameters().Concat(module.buffers().Where(b => b.numel() > 1)))
            tensor.copy_(tensor + Numbers.Uniform(seed++, tensor.shape, 0.5).to(float32));
    }
}
