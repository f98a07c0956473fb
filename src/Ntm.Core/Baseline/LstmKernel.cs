using TorchSharp;
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
    public static (Tensor Outputs, Tensor H, Tensor C) Run(LstmLayer layer, Tensor input, Tensor h, Tensor c)
    {
        Tensor[] all = [input, h, c, layer.InputWeight, layer.StateWeight, layer.Bias];
        if (input.device_type != DeviceType.CPU || (is_grad_enabled() && Array.Exists(all, t => t.requires_grad)))
            return Run(input, h, c, layer.InputWeight, layer.StateWeight, layer.Bias);
        // For results without gradients libtorch takes another kernel, oneDNN's, which is wrong by a tenth and more on processors such as AMD's Zen 5.
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var weight = layer.StateWeight.detach().requires_grad_();
        var (outputs, lastH, lastC) = Run(input, h, c, layer.InputWeight, weight, layer.Bias);
        return (outputs.detach().MoveToOuterDisposeScope(), lastH.detach().MoveToOuterDisposeScope(), lastC.detach().MoveToOuterDisposeScope());
    }

    private static (Tensor Outputs, Tensor H, Tensor C) Run(Tensor input, Tensor h, Tensor c, Tensor inputWeight, Tensor stateWeight, Tensor bias) =>
        Unit.Value.invoke<(Tensor, Tensor, Tensor)>("layer", input, h, c, inputWeight, stateWeight, bias);
}
