using static TorchSharp.torch;

namespace Ntm.Core.Baseline;

/// <summary>
/// Computes a layer over a whole sequence in one call of libtorch's LSTM. TorchSharp exposes it only as a module with its own parameters, among
/// them a second bias that no equation has. TorchScript calls it with our parameters.
/// </summary>
internal static class LstmKernel
{
    // The second bias is a constant. The input may be an expanded view, which cuDNN does not accept.
    private const string Source = """
        def layer(x: Tensor, h: Tensor, c: Tensor, weight_ih: Tensor, weight_hh: Tensor, bias: Tensor):
            parameters = [weight_ih, weight_hh, bias, torch.zeros_like(bias)]
            return torch.lstm(x, [h.contiguous(), c.contiguous()], parameters, True, 1, 0.0, False, False, False)

        """;

    // Kept for the lifetime of the process: it is compiled once and holds no tensor.
    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <param name="layer">The layer.</param>
    /// <param name="input"><c>[T, B, In]</c></param>
    /// <param name="h">The output before the first step, <c>[1, B, H]</c>.</param>
    /// <param name="c">The cell before the first step, <c>[1, B, H]</c>.</param>
    /// <returns>The outputs of all steps <c>[T, B, H]</c>, the last output and the last cell, each <c>[1, B, H]</c>.</returns>
    public static (Tensor Outputs, Tensor H, Tensor C) Run(LstmLayer layer, Tensor input, Tensor h, Tensor c) =>
        Unit.Value.invoke<(Tensor, Tensor, Tensor)>("layer", input, h, c, layer.InputWeight, layer.StateWeight, layer.Bias);
}
