using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Internal;

/// <summary>Wrong arguments end in an exception before any native call: type, argument, what was given, what was expected.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    // I = 3, O = 2, H = 6, N = 5, M = 4, 2 read and 3 write heads, float32.
    private readonly NeuralTuringMachine _machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads) = (2, 3), dtype: float32);

    public void Dispose()
    {
        _machine.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(new long[] { 4, 2, 5 }, "[4, 2, 5]")]
    [InlineData(new long[] { 0, 2, 3 }, "[0, 2, 3]")] // T = 0
    [InlineData(new long[] { 4, 0, 3 }, "[4, 0, 3]")] // empty batch
    [InlineData(new long[] { 4, 3 }, "[4, 3]")]
    [InlineData(new long[] { 3 }, "[3]")]
    [InlineData(new long[] { }, "[]")]
    [InlineData(new long[] { 1, 4, 2, 3 }, "[1, 4, 2, 3]")]
    public void Inputs_of_another_shape_are_refused(long[] shape, string shown)
    {
        var message = $"inputs has shape {shown}; expected [T, B, I] = [at least 1, at least 1, 3]. (Parameter 'inputs')";
        Refused("inputs", message, () => _machine.forward(zeros(shape)));
        Refused("inputs", message, () => _machine.Trace(zeros(shape)));
        Refused("inputs", message, () => _machine.Logits(zeros(shape)));
    }

    [Theory]
    [InlineData(new long[] { 2, 5 }, "[2, 5]")]
    [InlineData(new long[] { 0, 3 }, "[0, 3]")]
    [InlineData(new long[] { 4, 2, 3 }, "[4, 2, 3]")]
    public void Input_of_a_step_of_another_shape_is_refused(long[] shape, string shown) =>
        Refused("input", $"input has shape {shown}; expected [B, I] = [at least 1, 3]. (Parameter 'input')",
            () => _machine.Cell.forward(zeros(shape), _machine.InitialState(2)));

    [Fact]
    public void Inputs_of_another_element_type_are_refused()
    {
        Refused("inputs", "inputs has element type Float64; expected Float32, like the model's parameters. (Parameter 'inputs')",
            () => _machine.forward(zeros(4, 2, 3, dtype: float64)));
        Refused("inputs", "inputs has element type Int64; expected Float32, like the model's parameters. (Parameter 'inputs')",
            () => _machine.forward(zeros(4, 2, 3, dtype: int64)));
    }

    [Fact]
    public void Inputs_on_another_device_are_refused() =>
        Refused("inputs", "inputs is on device meta; expected cpu, like the model's parameters. (Parameter 'inputs')",
            () => _machine.forward(zeros(4, 2, 3, device: new Device(DeviceType.META))));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Non_finite_inputs_are_refused_with_their_place(float value)
    {
        var inputs = zeros(4, 2, 3);
        inputs[3, 1, 0] = value;
        const string Message = "inputs is NaN or infinite at [3, 1, 0]; expected finite values. (Parameter 'inputs')";
        Refused("inputs", Message, () => _machine.forward(inputs));
        Refused("inputs", Message, () => _machine.Trace(inputs));
        var input = zeros(2, 3);
        input[1, 2] = value;
        Refused("input", "input is NaN or infinite at [1, 2]; expected finite values. (Parameter 'input')",
            () => _machine.Cell.forward(input, _machine.InitialState(2)));
    }

    [Fact]
    public void Non_finite_inputs_are_found_in_views_and_in_float64()
    {
        const string Message = "inputs is NaN or infinite at [3, 1, 0]; expected finite values. (Parameter 'inputs')";
        var batchFirst = zeros(2, 4, 3);
        batchFirst[1, 3, 0] = float.NaN;
        Refused("inputs", Message, () => _machine.forward(batchFirst.transpose(0, 1)));
        using var machine = Machines.Create();
        var inputs = zeros(4, 2, 3, dtype: float64);
        inputs[3, 1, 0] = double.NaN;
        Refused("inputs", Message, () => machine.forward(inputs));
    }

    [Fact]
    public void Only_the_view_is_looked_at_not_what_lies_around_it()
    {
        var all = zeros(6, 2, 3);
        all[0].fill_(float.NaN);
        all[5].fill_(float.NaN);
        AssertClose.Finite(_machine.Logits(all.narrow(0, 1, 4)), "logits");
        Refused("inputs", "inputs is NaN or infinite at [3, 0, 0]; expected finite values. (Parameter 'inputs')",
            () => _machine.forward(all.narrow(0, 2, 4)));
    }

    [Fact]
    public void A_null_or_disposed_tensor_is_refused_by_name()
    {
        Assert.Throws<ArgumentNullException>("inputs", () => _machine.forward(null!));
        Assert.Throws<ArgumentNullException>("input", () => _machine.Cell.forward(null!, _machine.InitialState(2)));
        Assert.Throws<ArgumentNullException>("state", () => _machine.Cell.forward(zeros(2, 3), null!));
        var disposed = zeros(4, 2, 3);
        disposed.Dispose();
        var exception = Assert.Throws<ObjectDisposedException>(() => _machine.forward(disposed));
        Assert.Contains("The tensor inputs has been disposed; expected [T, B, I] = [at least 1, at least 1, 3].", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_another_batch_size_is_refused() =>
        Refused("state.Memory", "state.Memory has shape [3, 5, 4]; expected [B, N, M] = [2, 5, 4]. (Parameter 'state.Memory')",
            () => _machine.forward(zeros(4, 2, 3), _machine.InitialState(3)));

    [Fact]
    public void Every_part_of_a_state_is_checked()
    {
        var good = _machine.InitialState(2);
        WithPart("state.Memory", "[B, N, M] = [2, 5, 4]", t => new NtmState(good.Controller, t, good.Reads, good.ReadWeightings, good.WriteWeightings));
        WithPart("state.Reads", "[B, R, M] = [2, 2, 4]", t => new NtmState(good.Controller, good.Memory, t, good.ReadWeightings, good.WriteWeightings));
        WithPart("state.ReadWeightings", "[B, R, N] = [2, 2, 5]", t => new NtmState(good.Controller, good.Memory, good.Reads, t, good.WriteWeightings));
        WithPart("state.WriteWeightings", "[B, K, N] = [2, 3, 5]", t => new NtmState(good.Controller, good.Memory, good.Reads, good.ReadWeightings, t));
        WithPart("state.Controller[1]", "[B, ...] = [2, 6]",
            t => new NtmState([good.Controller[0], t], good.Memory, good.Reads, good.ReadWeightings, good.WriteWeightings));

        void WithPart(string name, string expected, Func<Tensor, NtmState> state)
        {
            Refused(name, $"{name} has shape [2, 9, 9]; expected {expected}. (Parameter '{name}')",
                () => _machine.forward(zeros(4, 2, 3), state(zeros(2, 9, 9))));
            var size = expected[(expected.IndexOf("= [", StringComparison.Ordinal) + 3)..^1].Split(", ").Select(long.Parse).ToArray();
            Refused(name, $"{name} has element type Float64; expected Float32, like the model's parameters. (Parameter '{name}')",
                () => _machine.Cell.forward(zeros(2, 3), state(zeros(size, dtype: float64))));
            var disposed = zeros(size);
            disposed.Dispose();
            Assert.Contains(name, Assert.Throws<ObjectDisposedException>(() => _machine.forward(zeros(4, 2, 3), state(disposed))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_state_with_another_number_of_controller_tensors_is_refused()
    {
        var good = _machine.InitialState(2);
        var bad = new NtmState([good.Controller[0]], good.Memory, good.Reads, good.ReadWeightings, good.WriteWeightings);
        Refused("state", "state.Controller has 1 tensors; expected 2, as LstmController makes. (Parameter 'state')",
            () => _machine.forward(zeros(4, 2, 3), bad));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_initial_state_of_no_sequences_is_refused(long batch)
    {
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => _machine.InitialState(batch));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => _machine.Cell.InitialState(batch));
    }

    private static void Refused(string argument, string message, Func<object?> call)
    {
        var exception = Assert.Throws<ArgumentException>(argument, call);
        Assert.Equal(message, exception.Message);
    }
}
