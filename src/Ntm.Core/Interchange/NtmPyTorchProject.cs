using Ntm.Core.Internal;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// <c>ntm-pytorch</c>. Every head has six linear layers, which receive the cell state of the only LSTM cell. There is no erase vector. A
/// read head also has a layer for the vector to write, which is never used. The memory begins as the sigmoid of a trained bias, and so does our
/// trained matrix. The initial reads are random noise there and zeros here.
/// </summary>
internal sealed class NtmPyTorchProject : PyTorchProject
{
    // A head's layers in the order of our rows, with the number of rows of each; 0 stands for the memory's width.
    private static readonly (string Layer, int Rows)[] AddressingLayers =
    [
        ("key_fc", 0),
        ("key_strength_fc", 1),
        ("interpolation_gate_fc", 1),
        ("shift_weighting_fc", 2 * PyTorchAddressing.ShiftRange + 1),
        ("sharpen_factor_fc", 1),
    ];

    public override string Name => "ntm-pytorch";

    public override PyTorchLayout Layout => PyTorchLayout.NtmPyTorch;

    public override string Mark => "controller.controller_net.weight_hh";

    protected override MemoryKind Memory => MemoryKind.Learned;

    public override NtmOptions Options(PyTorchWeights weights)
    {
        var units = weights.Size("controller.controller_net.weight_hh", "[4H, H]", 1);
        var pairs = Pairs(weights, k => $"heads.{k}.key_fc.weight");
        var width = weights.Size("heads.0.key_fc.weight", "[M, H]", 0);
        var numbers = weights.Size("memory.memory_bias_fc.bias", "[N*M]", 0);
        if (width < 1 || numbers < width || numbers % width != 0)
            throw weights.Error("memory.memory_bias_fc.bias", $"shape [{numbers}]", $"[N*M] with M = {width}, as heads.0.key_fc.weight has");
        var inputs = InputSize(weights, "controller.controller_net.weight_ih", pairs * width);
        return Options(inputs, weights.Size("controller.out_net.weight", "[O, H + P*M]", 0), units, 1, numbers / width, width, pairs);
    }

    public override IEnumerable<(string Name, Tensor Value)> Convert(PyTorchWeights weights, NtmOptions options)
    {
        long h = options.ControllerSize, n = options.MemoryLocations, m = options.MemoryWidth, reads = options.ReadHeads * m;
        const string Net = "controller.controller_net.", Layer = "controller.lstm.layers.0.";
        yield return ($"{Layer}weight_ih", weights.Take($"{Net}weight_ih", 4 * h, options.InputSize + reads));
        yield return ($"{Layer}weight_hh", weights.Take($"{Net}weight_hh", 4 * h, h));
        yield return ($"{Layer}bias", weights.Take($"{Net}bias_ih", 4 * h).Plus(weights.Take($"{Net}bias_hh", 4 * h)));
        yield return ($"{Layer}initial_h", TakeBias(weights, "controller.h_bias_fc", h));
        yield return ($"{Layer}initial_c", TakeBias(weights, "controller.c_bias_fc", h));
        foreach (var (kind, first) in ((string, int)[])[("read", 0), ("write", 1)])
        {
            int[] heads = [.. Enumerable.Range(0, options.ReadHeads).Select(j => 2 * j + first)];
            yield return ($"{kind}_heads.layer.weight", cat([.. heads.Select(k => Rows(k, "weight", [h]))], 0));
            yield return ($"{kind}_heads.layer.bias", cat([.. heads.Select(k => Rows(k, "bias", []))], 0));
        }

        yield return ("read_heads.initial_reads", zeros(options.ReadHeads, m, weights.Take($"{Net}bias_ih", 4 * h).dtype));
        yield return ("memory.value", TakeBias(weights, "memory.memory_bias_fc", n * m).sigmoid().view(n, m));
        yield return ("output.weight", weights.Take("controller.out_net.weight", options.OutputSize, h + reads));
        yield return ("output.bias", weights.Take("controller.out_net.bias", options.OutputSize));

        Tensor Rows(int head, string part, long[] columns)
        {
            var data = weights.Take($"heads.{head}.write_data_fc.{part}", [m, .. columns]);
            Tensor[] addressing = [.. AddressingLayers.Select(l => weights.Take($"heads.{head}.{l.Layer}.{part}", [l.Rows == 0 ? m : l.Rows, .. columns]))];
            var rows = InOurOrder(cat(addressing, 0), (int)m);
            return head % 2 == 0 ? rows : cat([rows, data], 0);
        }
    }

    public override IEnumerable<TensorShape> Shapes(NtmOptions options) => Shapes(options, "controller.lstm", vectors: 1);

    protected override bool AdmitsLayers(int layers) => layers == 1;

    protected override Controller Controller(NtmOptions options) => new CellStateController(options.ControllerInputSize, options.ControllerSize);

    protected override AddressingMechanism Addressing(NtmOptions options) => new PyTorchAddressing(options.MemoryWidth, offsetsSimilarity: false);

    protected override WriteHeads WriteHeads(NtmOptions options, Initializer initializer) =>
        new PyTorchWriteHeads(options, Addressing(options), learnsErase: false, initializer);

    /// <summary>Returns the bias of a layer whose input is always zero, so its weight, which must exist, has no effect.</summary>
    private static Tensor TakeBias(PyTorchWeights weights, string layer, long size)
    {
        weights.Take($"{layer}.weight", size, 1);
        return weights.Take($"{layer}.bias", size);
    }
}
