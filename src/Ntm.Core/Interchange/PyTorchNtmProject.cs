using Ntm.Core.Internal;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// <c>pytorch-ntm</c>. Every head has one linear layer, which receives the output of the LSTM's top layer. The memory begins with a buffer that
/// was drawn once, of which the state dict has several copies; so do the reads.
/// </summary>
internal sealed class PyTorchNtmProject : PyTorchProject
{
    private const string Lstm = "ntm.controller.lstm.";
    private const string MemoryBias = "ntm.memory.mem_bias";

    public override string Name => "pytorch-ntm";

    public override PyTorchLayout Layout => PyTorchLayout.PyTorchNtm;

    public override string Mark => $"{Lstm}weight_hh_l0";

    protected override MemoryKind Memory => MemoryKind.Random;

    public override NtmOptions Options(PyTorchWeights weights)
    {
        var units = weights.Size($"{Lstm}weight_hh_l0", "[4H, H]", 1);
        var layers = weights.Count(l => $"{Lstm}weight_hh_l{l}");
        var pairs = Pairs(weights, Layer);
        var (locations, width) = (weights.Size(MemoryBias, "[N, M]", 0), weights.Size(MemoryBias, "[N, M]", 1));
        var inputs = InputSize(weights, $"{Lstm}weight_ih_l0", pairs * width);
        return Options(inputs, weights.Size("ntm.fc.weight", "[O, H + P*M]", 0), units, layers, locations, width, pairs);
    }

    public override IEnumerable<(string Name, Tensor Value)> Convert(PyTorchWeights weights, NtmOptions options)
    {
        long h = options.ControllerSize, n = options.MemoryLocations, m = options.MemoryWidth, layers = options.ControllerLayers, reads = options.ReadHeads * m;
        var (initialH, initialC) = (weights.Take("ntm.controller.lstm_h_bias", layers, 1, h), weights.Take("ntm.controller.lstm_c_bias", layers, 1, h));
        for (var l = 0; l < layers; l++)
        {
            yield return ($"controller.layers.{l}.weight_ih", weights.Take($"{Lstm}weight_ih_l{l}", 4 * h, l == 0 ? options.InputSize + reads : h));
            yield return ($"controller.layers.{l}.weight_hh", weights.Take($"{Lstm}weight_hh_l{l}", 4 * h, h));
            yield return ($"controller.layers.{l}.bias", weights.Take($"{Lstm}bias_ih_l{l}", 4 * h).Plus(weights.Take($"{Lstm}bias_hh_l{l}", 4 * h)));
            yield return ($"controller.layers.{l}.initial_h", initialH.select(0, l).squeeze(0));
            yield return ($"controller.layers.{l}.initial_c", initialC.select(0, l).squeeze(0));
        }

        foreach (var (kind, first, vectors) in ((string, int, int)[])[("read", 0, 0), ("write", 1, 2)])
        {
            var rows = m + 2 * PyTorchAddressing.ShiftRange + 4 + vectors * m;
            int[] heads = [.. Enumerable.Range(0, options.ReadHeads).Select(j => 2 * j + first)];
            yield return ($"{kind}_heads.layer.weight", cat([.. heads.Select(k => InOurOrder(weights.Take($"ntm.heads.{k}.fc_{kind}.weight", rows, h), (int)m))], 0));
            yield return ($"{kind}_heads.layer.bias", cat([.. heads.Select(k => InOurOrder(weights.Take($"ntm.heads.{k}.fc_{kind}.bias", rows), (int)m))], 0));
        }

        yield return ("read_heads.initial_reads", cat([.. Enumerable.Range(0, options.ReadHeads).Select(j => weights.Take($"ntm.read{j}_bias", 1, m))], 0));
        yield return ("memory.value", weights.Take(MemoryBias, n, m));
        yield return ("output.weight", weights.Take("ntm.fc.weight", options.OutputSize, h + reads));
        yield return ("output.bias", weights.Take("ntm.fc.bias", options.OutputSize));
        weights.TakeCopy("memory.mem_bias", MemoryBias);
        for (var k = 0; k < 2 * options.ReadHeads; k++)
            weights.TakeCopy($"ntm.heads.{k}.memory.mem_bias", MemoryBias);
    }

    public override IEnumerable<TensorShape> Shapes(NtmOptions options) => Shapes(options, "controller", vectors: 2);

    protected override bool AdmitsLayers(int layers) => true;

    // The built-in controller: the heads receive its output, like ours.
    protected override Controller? Controller(NtmOptions options) => null;

    protected override AddressingMechanism Addressing(NtmOptions options) => new PyTorchAddressing(options.MemoryWidth, offsetsSimilarity: true);

    protected override WriteHeads WriteHeads(NtmOptions options, Initializer initializer) =>
        new PyTorchWriteHeads(options, Addressing(options), learnsErase: true, initializer);

    private static string Layer(int head) => $"ntm.heads.{head}.fc_{(head % 2 == 0 ? "read" : "write")}.weight";
}
