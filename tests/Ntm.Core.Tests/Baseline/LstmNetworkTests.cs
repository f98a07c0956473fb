using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Baseline;

public class LstmNetworkTests
{
    [Fact]
    public void The_state_before_the_first_step_is_the_initial_one()
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create();
        var inputs = LstmNetworks.Inputs(network, 3, steps: 4, batch: 2);
        var initial = network.InitialState(2);
        Assert.Equal([3, 2, 5], initial.H.shape);
        Assert.Equal(2, initial.BatchSize);
        AssertClose.SameBits(network.Logits(inputs), network.forward(inputs, initial).Logits);
    }

    [Fact]
    public void A_sequence_in_two_calls_with_the_state_passed_on_equals_one_call()
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create();
        var inputs = LstmNetworks.Inputs(network, 3, steps: 7, batch: 2);
        var (whole, end) = network.forward(inputs);
        var (first, middle) = network.forward(inputs.narrow(0, 0, 3));
        var (second, last) = network.forward(inputs.narrow(0, 3, 4), middle);
        AssertClose.Equal(whole, cat([first, second]), 1e-13, "logits");
        AssertClose.Equal(end.H, last.H, 1e-13, "h");
        AssertClose.Equal(end.C, last.C, 1e-13, "c");
    }

    [Fact]
    public void Forward_leaves_input_and_state_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create(dtype: float32);
        var inputs = LstmNetworks.Inputs(network, 3, steps: 3, batch: 2, float32);
        var state = LstmNetworks.State(network, 5, batch: 2, float32);
        var (inputsBefore, stateBefore) = (inputs.clone(), state.Select(t => t.clone()));
        network.forward(inputs, state);
        AssertClose.SameBits(inputsBefore, inputs, "inputs");
        AssertClose.SameBits(stateBefore.H, state.H, "h");
        AssertClose.SameBits(stateBefore.C, state.C, "c");
    }

    [Fact]
    public void A_detached_state_stops_gradients()
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create();
        var inputs = LstmNetworks.Inputs(network, 3, steps: 3, batch: 2);
        var (_, state) = network.forward(inputs);
        Assert.True(state.H.requires_grad && state.C.requires_grad);
        network.forward(inputs, state.Detach()).Logits.sum().backward();
        foreach (var (name, parameter) in network.named_parameters())
            Assert.Equal(name.Contains("initial", StringComparison.Ordinal), parameter.grad is null);
    }

    [Theory]
    [InlineData("float64")]
    [InlineData("float32")]
    public void Every_member_of_a_batch_is_computed_as_if_alone(string type)
    {
        using var scope = NewDisposeScope();
        var dtype = type == "float64" ? float64 : float32;
        using var network = LstmNetworks.Create(dtype: dtype);
        var inputs = LstmNetworks.Inputs(network, 3, steps: 4, batch: 3, dtype);
        var start = LstmNetworks.State(network, 5, batch: 3, dtype);
        var (logits, state) = network.forward(inputs, start);
        for (var b = 0; b < 3; b++)
        {
            var (alone, aloneState) = network.forward(inputs.narrow(1, b, 1), start.Select(t => t.narrow(1, b, 1)));
            var tolerance = dtype == float64 ? 1e-12 : 1e-6;
            AssertClose.Equal(alone, logits.narrow(1, b, 1), tolerance, $"logits of {b}");
            AssertClose.Equal(aloneState.H, state.H.narrow(1, b, 1), tolerance, $"h of {b}");
            AssertClose.Equal(aloneState.C, state.C.narrow(1, b, 1), tolerance, $"c of {b}");
        }
    }

    [Fact]
    public void A_batch_has_the_mean_of_its_members_gradients()
    {
        const int Batch = 3;
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create();
        var inputs = LstmNetworks.Inputs(network, 3, steps: 4, batch: Batch);
        var weights = Numbers.Uniform(9, [4, Batch, network.OutputSize]);
        var batched = Gradients(() => (network.Logits(inputs) * weights).sum() / Batch);
        var mean = batched.ToDictionary(p => p.Key, p => new double[p.Value.Length]);
        for (var b = 0; b < Batch; b++)
        {
            foreach (var (name, values) in Gradients(() => (network.Logits(inputs.narrow(1, b, 1)) * weights.narrow(1, b, 1)).sum()))
                for (var i = 0; i < values.Length; i++)
                    mean[name][i] += values[i] / Batch;
        }

        foreach (var (name, values) in batched)
            AssertClose.Equal(mean[name], values, 1e-12, name);

        Dictionary<string, double[]> Gradients(Func<Tensor> loss)
        {
            network.zero_grad();
            loss().backward();
            return network.named_parameters().ToDictionary(p => p.name, p => Numbers.Values(p.parameter.grad!));
        }
    }

    [Fact]
    public void What_follows_the_end_of_a_sequence_changes_nothing_before_it()
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create(dtype: float32);
        var inputs = LstmNetworks.Inputs(network, 3, steps: 6, batch: 2, float32);
        var other = inputs.clone();
        other.narrow(0, 4, 2).fill_(123);
        AssertClose.SameBits(network.Logits(inputs).narrow(0, 0, 4), network.Logits(other).narrow(0, 0, 4));
    }

    [Fact]
    public void Wrong_arguments_are_refused_and_leave_no_tensor()
    {
        using var scope = NewDisposeScope();
        using var network = LstmNetworks.Create(dtype: float32);
        var inputs = LstmNetworks.Inputs(network, 3, steps: 4, batch: 2, float32);
        var state = LstmNetworks.State(network, 5, batch: 2, float32);
        var infinite = inputs.clone();
        infinite[1, 0, 2] = float.PositiveInfinity;
        var (wide, narrowState, doubleState) = (cat([inputs, inputs], 2), state.Select(t => t.narrow(1, 0, 1)), state.Select(t => t.to(float64)));
        var before = Live();
        Refused("inputs has shape [4, 2, 6]; expected [T, B, I] = [at least 1, at least 1, 3]", () => network.forward(wide));
        Refused("inputs is NaN or infinite at [1, 0, 2]", () => network.forward(infinite));
        Refused("state.H has shape [3, 1, 5]; expected [L, B, H] = [3, 2, 5]", () => network.forward(inputs, narrowState));
        Refused("state.H has element type Float64; expected Float32", () => network.forward(inputs, doubleState));
        Assert.Equal(before, Live());
        Assert.Throws<ArgumentNullException>("inputs", () => network.forward(null!));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => network.InitialState(0));

        static void Refused(string message, Action action) => Assert.StartsWith(message, Assert.Throws<ArgumentException>(action).Message);
    }

    [Fact]
    public void Forward_gives_logits_and_state_to_the_callers_scope_and_nothing_else()
    {
        using var network = LstmNetworks.Create(dtype: float32);
        using var inputs = LstmNetworks.Inputs(network, 3, steps: 3, batch: 1, float32);
        using var scope = NewDisposeScope();
        network.forward(inputs);
        Assert.Equal(3, scope.DisposablesCount);
        network.Logits(inputs);
        Assert.Equal(4, scope.DisposablesCount);
        network.InitialState(2);
        Assert.Equal(6, scope.DisposablesCount);
    }

    [Fact]
    public void No_tensor_is_left_after_many_iterations_and_after_the_end()
    {
        using var warm = LstmNetworks.Create(dtype: float32);
        var start = Live();
        using (var network = LstmNetworks.Create(dtype: float32))
        using (var inputs = LstmNetworks.Inputs(network, 3, steps: 2, batch: 2, float32))
        {
            Iterate(network, inputs);
            var before = Live();
            for (var i = 0; i < 200; i++)
                Iterate(network, inputs);
            Assert.Equal(before, Live());
        }

        Assert.Equal(start, Live());

        static void Iterate(LstmNetwork network, Tensor inputs)
        {
            var (logits, state) = network.forward(inputs);
            using (var loss = logits.sum())
                loss.backward();
            logits.Dispose();
            state.Dispose();
            network.zero_grad();
        }
    }

    [Fact]
    public void A_network_made_inside_a_dispose_scope_outlives_it_as_torchs_own_modules_do()
    {
        LstmNetwork network;
        using (NewDisposeScope())
            network = new LstmNetwork(LstmNetworks.Options(), seed: 1);
        using (network)
        using (NewDisposeScope())
            AssertClose.Finite(network.Logits(LstmNetworks.Inputs(network, 3, steps: 2, batch: 1, float32)), "logits");
    }

    [Fact]
    public void A_disposed_network_says_so()
    {
        var network = LstmNetworks.Create(dtype: float32);
        using var inputs = LstmNetworks.Inputs(network, 3, steps: 2, batch: 1, float32);
        network.Dispose();
        Assert.Contains("model", Assert.Throws<ObjectDisposedException>(() => network.forward(inputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_can_compute_at_once()
    {
        using var network = LstmNetworks.Create(dtype: float32);
        var expected = Logits(0);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Logits(20))));
        Assert.All(all, values => Assert.Equal(expected, values));

        double[] Logits(int repetitions)
        {
            using var scope = NewDisposeScope();
            var inputs = LstmNetworks.Inputs(network, 3, steps: 5, batch: 2, float32);
            for (var i = 0; i < repetitions; i++)
                network.Logits(inputs);
            return Numbers.Values(network.Logits(inputs));
        }
    }

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
