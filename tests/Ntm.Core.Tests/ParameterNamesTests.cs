using Ntm.Core.Tests.Support;
using TorchSharp;

namespace Ntm.Core.Tests;

/// <summary>The keys of <c>state_dict()</c> are the format of saved models: they are pinned. I = 3, O = 2, H = 6, N = 5, M = 4.</summary>
public class ParameterNamesTests
{
    private static readonly string[] Lstm =
    [
        "cell.controller.layers.0.weight_ih [24, 7]", "cell.controller.layers.0.weight_hh [24, 6]", "cell.controller.layers.0.bias [24]",
        "cell.controller.layers.0.initial_h [6]", "cell.controller.layers.0.initial_c [6]",
    ];

    // 4 + 1 + 1 + 3 + 1 = 10 numbers per head to address; a write head 8 more.
    private static readonly string[] Heads =
    [
        "cell.read_heads.layer.weight [10, 6]", "cell.read_heads.layer.bias [10]",
        "cell.write_heads.layer.weight [18, 6]", "cell.write_heads.layer.bias [18]",
    ];

    private static readonly string[] LearnedStart =
        ["cell.read_heads.initial_weightings.bias [1, 5]", "cell.read_heads.initial_reads.bias [1, 4]", "cell.write_heads.initial_weightings.bias [1, 5]"];

    private static readonly string[] Output = ["cell.output.weight [2, 10]", "cell.output.bias [2]"];

    [Fact]
    public void Defaults() => Pinned(_ => { }, [.. Lstm, .. Heads, .. LearnedStart, .. Output, "cell.memory.value [1, 1] buffer"]);

    [Fact]
    public void Two_lstm_layers() => Pinned(o => o.ControllerLayers = 2,
    [
        .. Lstm, .. Heads, .. LearnedStart, .. Output, "cell.memory.value [1, 1] buffer",
        "cell.controller.layers.1.weight_ih [24, 6]", "cell.controller.layers.1.weight_hh [24, 6]", "cell.controller.layers.1.bias [24]",
        "cell.controller.layers.1.initial_h [6]", "cell.controller.layers.1.initial_c [6]",
    ]);

    [Fact]
    public void Two_feedforward_layers() => Pinned(o => (o.Controller, o.ControllerLayers) = (ControllerKind.Feedforward, 2),
    [
        "cell.controller.layers.0.weight [6, 7]", "cell.controller.layers.0.bias [6]",
        "cell.controller.layers.1.weight [6, 6]", "cell.controller.layers.1.bias [6]",
        .. Heads, .. LearnedStart, .. Output, "cell.memory.value [1, 1] buffer",
    ]);

    [Fact]
    public void Learned_memory() => Pinned(o => o.Memory = MemoryKind.Learned, [.. Lstm, .. Heads, .. LearnedStart, .. Output, "cell.memory.value [5, 4]"]);

    [Fact]
    public void Random_memory() =>
        Pinned(o => o.Memory = MemoryKind.Random, [.. Lstm, .. Heads, .. LearnedStart, .. Output, "cell.memory.value [5, 4] buffer"]);

    [Theory]
    [InlineData(InitialWeightingKind.Zeros)]
    [InlineData(InitialWeightingKind.Uniform)]
    public void Fixed_start(InitialWeightingKind kind) => Pinned(o => (o.InitialWeightings, o.InitialReads) = (kind, InitialReadKind.Zeros),
    [
        .. Lstm, .. Heads, .. Output, "cell.memory.value [1, 1] buffer", "cell.read_heads.initial_weightings.value [1, 1] buffer",
        "cell.read_heads.initial_reads.value [1, 1] buffer", "cell.write_heads.initial_weightings.value [1, 1] buffer",
    ]);

    [Fact]
    public void Many_heads_content_addressing() =>
        Pinned(o => (o.Addressing, o.ReadHeads, o.WriteHeads, o.ControllerSize) = (AddressingKind.Content, 2, 3, 1),
        [
            "cell.controller.layers.0.weight_ih [4, 11]", "cell.controller.layers.0.weight_hh [4, 1]", "cell.controller.layers.0.bias [4]",
            "cell.controller.layers.0.initial_h [1]", "cell.controller.layers.0.initial_c [1]",
            "cell.read_heads.layer.weight [10, 1]", "cell.read_heads.layer.bias [10]",
            "cell.write_heads.layer.weight [39, 1]", "cell.write_heads.layer.bias [39]",
            "cell.read_heads.initial_weightings.bias [2, 5]", "cell.read_heads.initial_reads.bias [2, 4]",
            "cell.write_heads.initial_weightings.bias [3, 5]", "cell.output.weight [2, 9]", "cell.output.bias [2]",
            "cell.memory.value [1, 1] buffer",
        ]);

    [Fact]
    public void The_papers_copy_model_has_62736_parameters()
    {
        // I = 9, O = 8, H = 100, 128 x 20: LSTM 400 (29 + 100 + 1) + 200; heads 26 and 66 times 101; start 128 + 128 + 20; output 8 * 121.
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 1);
        Assert.Equal(400 * 130 + 200 + (26 + 66) * 101 + 276 + 968, machine.parameters().Sum(p => p.numel()));
    }

    private static void Pinned(Action<NtmOptions> change, string[] expected)
    {
        using var machine = Machines.Create(change, dtype: torch.float32);
        var trained = machine.named_parameters().Select(p => p.name).ToHashSet();
        var actual = machine.state_dict().Select(p => $"{p.Key} [{string.Join(", ", p.Value.shape)}]{(trained.Contains(p.Key) ? "" : " buffer")}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }
}
