using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Baseline;

/// <summary>
/// The network against <see cref="PlainLstm"/>: logits, final state and every gradient. Float64 is summed in another order, hence 1e-12;
/// float32 is another code path of libtorch, and rounds to 6e-8 in each of some dozens of operations.
/// </summary>
public class LstmParityTests
{
    public static TheoryData<int, int, int, bool, ScalarType> Cases()
    {
        var cases = new TheoryData<int, int, int, bool, ScalarType>();
        foreach (var (layers, steps, batch) in new[] { (3, 7, 1), (3, 6, 4), (1, 5, 2), (2, 1, 3), (3, 1, 1) })
            foreach (var given in new[] { false, true })
                foreach (var type in new[] { float64, float32 })
                    cases.Add(layers, steps, batch, given, type);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_state_and_all_gradients_are_those_of_the_equations(int layers, int steps, int batch, bool given, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create(layers, type);
        var expected = Values(network, PlainLstm.Forward, steps, batch, given, type);
        // Again and again: TorchScript specialises a function after its first calls.
        for (var call = 0; call < 4; call++)
        {
            var actual = Values(network, Network, steps, batch, given, type);
            Assert.Equal(expected.Keys, actual.Keys);
            foreach (var (name, values) in expected)
                AssertClose.Equal(values, actual[name], Tolerance(type), name);
            // Between two trainings there are evaluations.
            using var noGrad = no_grad();
            var evaluated = Network(network, LstmNetworks.Inputs(network, 3, steps, batch, type), State(network, batch, given, type)).Logits;
            AssertClose.Equal(expected["logits"], evaluated, Tolerance(type), "logits without gradients");
        }
    }

    /// <summary>libtorch has another kernel for results without gradients, which is wrong on some processors: AMD's Zen 5 among them.</summary>
    [Theory]
    [InlineData("nothing", "no_grad")]
    [InlineData("nothing", "inference")]
    [InlineData("nothing", "gradients")]
    [InlineData("inputs", "gradients")]
    [InlineData("state", "gradients")]
    [InlineData("layers.0.bias", "gradients")]
    [InlineData("output.weight", "gradients")]
    public void Whatever_needs_a_gradient_the_outputs_are_those_of_the_equations(string needs, string mode)
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create(2, float32);
        using var inputs = LstmNetworks.Inputs(network, 3, 6, 4, float32).requires_grad_(needs == "inputs");
        var state = LstmNetworks.State(network, 5, 4, float32).Select(t => t.requires_grad_(needs == "state"));
        foreach (var (name, parameter) in network.named_parameters())
            parameter.requires_grad_(name == needs);
        var (expected, expectedH, expectedC) = PlainLstm.Forward(network, inputs, state);
        using IDisposable? guard = mode switch { "no_grad" => no_grad(), "inference" => inference_mode(), _ => null };
        var (logits, h, c) = Network(network, inputs, state);
        AssertClose.Equal(Numbers.Values(expected), logits, Tolerance(float32), "logits");
        AssertClose.Equal(Numbers.Values(expectedH), h, Tolerance(float32), "h");
        AssertClose.Equal(Numbers.Values(expectedC), c, Tolerance(float32), "c");
        Assert.Equal(needs != "nothing", logits.requires_grad);
        Assert.Equal(needs is "inputs" or "state" or "layers.0.bias", h.requires_grad);
    }

    private static double Tolerance(ScalarType type) => type == float64 ? 1e-12 : 5e-6;

    private static LstmState? State(LstmNetwork network, int batch, bool given, ScalarType type) => given ? LstmNetworks.State(network, 5, batch, type) : null;

    private static (Tensor Logits, Tensor H, Tensor C) Network(LstmNetwork network, Tensor inputs, LstmState? state)
    {
        var (logits, final) = network.forward(inputs, state);
        return (logits, final.H, final.C);
    }

    private static Dictionary<string, double[]> Values(
        LstmNetwork network, Func<LstmNetwork, Tensor, LstmState?, (Tensor, Tensor, Tensor)> forward, int steps, int batch, bool given, ScalarType type)
    {
        network.zero_grad();
        var inputs = LstmNetworks.Inputs(network, 3, steps, batch, type).requires_grad_();
        var state = State(network, batch, given, type)?.Select(t => t.requires_grad_());
        var (logits, h, c) = forward(network, inputs, state);
        var outcomes = new Dictionary<string, Tensor> { ["logits"] = logits, ["h"] = h, ["c"] = c };
        // A weighted sum of all that comes out, so that the gradient goes through all of it.
        var loss = zeros(1, type);
        foreach (var (name, tensor) in outcomes)
            loss = loss + (tensor * Numbers.Uniform(name.Length, tensor.shape).to(type)).sum();
        loss.backward();
        var values = outcomes.ToDictionary(p => p.Key, p => Numbers.Values(p.Value));
        values["d inputs"] = Numbers.Values(inputs.grad!);
        if (state is not null)
            (values["d state.H"], values["d state.C"]) = (Numbers.Values(state.H.grad!), Numbers.Values(state.C.grad!));
        foreach (var (name, parameter) in network.named_parameters())
            if (parameter.grad is { } gradient)
                values[$"d {name}"] = Numbers.Values(gradient);
        return values;
    }
}
