using static TorchSharp.torch;

namespace Ntm.Core.Tests.Baseline;

/// <summary>
/// The network step by step and gate by gate, written from the equations and the documented layout of the parameters:
/// <c>i = sigmoid(W_i [x, h_below] + U_i h + b_i)</c> and so on, <c>c = f c + i g</c>, <c>h = o tanh(c)</c>, logits of all layers' h.
/// </summary>
internal static class PlainLstm
{
    public static (Tensor Logits, Tensor H, Tensor C) Forward(LstmNetwork network, Tensor inputs, LstmState? state)
    {
        var (parameters, size) = (network.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter), network.Options.HiddenSize);
        var layers = network.Options.Layers;
        var (h, c) = (new Tensor[layers], new Tensor[layers]);
        for (var l = 0; l < layers; l++)
        {
            h[l] = state is null ? ones(inputs.size(1), 1, inputs.dtype) * parameters[$"layers.{l}.initial_h"] : state.H[l];
            c[l] = state is null ? ones(inputs.size(1), 1, inputs.dtype) * parameters[$"layers.{l}.initial_c"] : state.C[l];
        }

        var logits = new List<Tensor>();
        for (var t = 0; t < inputs.size(0); t++)
        {
            var y = parameters["output.bias"];
            for (var l = 0; l < layers; l++)
            {
                var (before, layer, below) = (h[l], l, l == 0 ? null : h[l - 1]);
                var (i, f, g, o) = (Gate(0).sigmoid(), Gate(1).sigmoid(), Gate(2).tanh(), Gate(3).sigmoid());
                c[l] = f * c[l] + i * g;
                h[l] = o * c[l].tanh();
                y = y + h[l].matmul(parameters["output.weight"].narrow(1, (long)l * size, size).t());

                Tensor Gate(int number)
                {
                    var (w, u, b) = (Rows("weight_ih"), Rows("weight_hh"), Rows("bias"));
                    var sum = inputs[t].matmul(w.narrow(1, 0, network.InputSize).t()) + before.matmul(u.t()) + b;
                    return below is null ? sum : sum + below.matmul(w.narrow(1, network.InputSize, size).t());

                    Tensor Rows(string name) => parameters[$"layers.{layer}.{name}"].narrow(0, (long)number * size, size);
                }
            }

            logits.Add(y);
        }

        return (stack(logits), stack(h), stack(c));
    }
}
