using System.Diagnostics;
using System.Runtime.InteropServices;
using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using Ntm.Runtime;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

public sealed class SequenceSessionTests : IDisposable
{
    private const int Batch = 3;

    private readonly InferenceCase _case = new();

    private readonly float[] _output = new float[Batch * 2];

    [Fact]
    public void Arguments_are_refused_with_what_was_found_and_expected()
    {
        using var session = _case.Model.NewSession(Batch);
        var inputs = new float[Batch * 3];
        Assert.Equal("input has 8 elements; expected B * I = 9. (Parameter 'input')", Refused("input", () => session.Step(inputs.AsSpan(1), _output)));
        Assert.Equal("output has 5 elements; expected B * O = 6. (Parameter 'output')", Refused("output", () => session.Step(inputs, _output.AsSpan(1))));
        var shared = new float[12];
        Assert.Contains("shares memory", Refused("output", () => session.Step(shared.AsSpan(0, 9), shared.AsSpan(6, 6))), StringComparison.Ordinal);
        inputs[7] = float.NaN;
        Assert.Equal("input is NaN at sequence 2, channel 1; expected a finite number. (Parameter 'input')", Refused("input", () => session.Step(inputs, _output)));
        Assert.Equal("target has 59 elements; expected B * N * M = 60. (Parameter 'target')", Refused("target", () => session.CopyMemory(new float[59])));
        Assert.Equal("target has 16 elements; expected B * R * N = 15. (Parameter 'target')", Refused("target", () => session.CopyReadWeightings(new float[16])));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => _case.Model.NewSession(0));
        Assert.Throws<ArgumentException>("path", () => session.Save(""));

        static string Refused(string argument, Action call) => Assert.Throws<ArgumentException>(argument, call).Message;
    }

    [Fact]
    public void Arguments_of_whole_sequences_are_refused_with_what_was_found_and_expected()
    {
        var inputs = new float[2 * Batch * 3];
        var outputs = new float[2 * Batch * 2];
        Assert.Equal("inputs has 17 elements; expected T * B * I = 18. (Parameter 'inputs')", Refused("inputs", () => _case.Model.Run(inputs.AsSpan(1), outputs, 2, Batch)));
        Assert.Equal("outputs has 11 elements; expected T * B * O = 12. (Parameter 'outputs')", Refused("outputs", () => _case.Model.Run(inputs, outputs.AsSpan(1), 2, Batch)));
        Assert.Equal("lengths has 2 elements; expected B = 3. (Parameter 'lengths')", Refused("lengths", () => _case.Model.Run(inputs, outputs, 2, Batch, [1, 2])));
        Assert.Equal("lengths[1] is 3; expected 1 to 2, the number of steps. (Parameter 'lengths')", Refused("lengths", () => _case.Model.Run(inputs, outputs, 2, Batch, [1, 3, 2])));
        Assert.Equal("lengths[2] is 0; expected 1 to 2, the number of steps. (Parameter 'lengths')", Refused("lengths", () => _case.Model.Run(inputs, outputs, 2, Batch, [1, 2, 0])));
        Assert.Contains("shares memory", Refused("outputs", () => _case.Model.Run(inputs, inputs.AsSpan(0, 12), 2, Batch)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => _case.Model.Run(inputs, outputs, 0, Batch));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => _case.Model.Run(inputs, outputs, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>("threads", () => _case.Model.Run(inputs, outputs, 2, Batch, threads: -1));
        Assert.Throws<ArgumentException>("inputs", () => _case.Model.Trace(inputs, 3, Batch));
        inputs[13] = float.PositiveInfinity;
        Assert.Contains("at step 1, sequence 1, channel 1", Refused("inputs", () => _case.Model.Run(inputs, outputs, 2, Batch)), StringComparison.Ordinal);
        // More than an array has: the product must not wrap around.
        Assert.Throws<ArgumentException>("inputs", () => _case.Model.Run(inputs, outputs, int.MaxValue, int.MaxValue));

        static string Refused(string argument, Action call) => Assert.Throws<ArgumentException>(argument, call).Message;
    }

    [Fact]
    public void A_refused_input_leaves_the_state_as_it_was()
    {
        var inputs = _case.Inputs(1, 2, Batch);
        using var session = _case.Model.NewSession(Batch);
        using var other = _case.Model.NewSession(Batch);
        InferenceCase.StepAt(session, inputs, new float[12], 0);
        InferenceCase.StepAt(other, inputs, new float[12], 0);
        var bad = inputs[..9];
        bad[4] = float.NegativeInfinity;
        Assert.Throws<ArgumentException>("input", () => session.Step(bad, _output));
        var (first, second) = (new float[12], new float[12]);
        InferenceCase.StepAt(session, inputs, first, 1);
        InferenceCase.StepAt(other, inputs, second, 1);
        Assert.Equal(second, first);
    }

    [Fact]
    public void Reset_returns_to_the_initial_state()
    {
        var inputs = _case.Inputs(2, 5, Batch);
        using var session = _case.Model.NewSession(Batch);
        var first = InferenceCase.Stepwise(session, inputs, 5);
        Assert.NotEqual(first, InferenceCase.Stepwise(session, inputs, 5));
        session.Reset();
        Assert.Equal(first, InferenceCase.Stepwise(session, inputs, 5));
    }

    [Theory]
    [InlineData(ControllerKind.Lstm, 1)]
    [InlineData(ControllerKind.Gru, 3)]
    [InlineData(ControllerKind.Feedforward, 17)]
    public void A_step_allocates_nothing(ControllerKind controller, int batch)
    {
        using var c = new InferenceCase(o => (o.Controller, o.ReadHeads, o.Dropout) = (controller, 2, 0.1));
        using var session = c.Model.NewSession(batch);
        Assert.Equal(0, Allocated(session));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void A_step_of_an_LSTM_network_allocates_nothing(int batch)
    {
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 7);
        using var model = LstmModel.Load(ModelFiles.Of(network), "the test's network");
        using var session = model.NewSession(batch);
        Assert.Equal(0, Allocated(session));
    }

    [Fact]
    public async Task A_call_during_another_one_is_refused()
    {
        // Long steps, so that another call meets one.
        using var c = new InferenceCase(o => (o.MemoryLocations, o.MemoryWidth, o.ReadHeads) = (4096, 32, 4));
        using var session = c.Model.NewSession(8);
        using var stop = new CancellationTokenSource();
        var stepping = Task.Run(() =>
        {
            var (refused, output) = (0, new float[16]);
            while (!stop.IsCancellationRequested)
                refused += Step(session, output) ? 0 : 1;
            return refused;
        }, TestContext.Current.CancellationToken);
        var (mine, limit) = (0, Stopwatch.StartNew());
        while (mine == 0 && limit.Elapsed < TimeSpan.FromSeconds(60))
            mine += Step(session, new float[16]) ? 0 : 1;
        await stop.CancelAsync();
        await stepping;
        Assert.True(mine > 0, "no call met another one");
        Assert.True(Step(session, new float[16]));

        static bool Step(SequenceSession session, float[] output)
        {
            try
            {
                session.Step(new float[24], output);
                return true;
            }
            catch (InvalidOperationException e) when (e is not ObjectDisposedException)
            {
                Assert.Contains("in use by another thread", e.Message, StringComparison.Ordinal);
                return false;
            }
        }
    }

    [Fact]
    public async Task Disposal_during_calls_ends_them_with_an_exception()
    {
        for (var round = 0; round < 20; round++)
        {
            var model = NtmModel.Load(ModelFiles.Of(_case.Machine), "model");
            var session = model.NewSession(64);
            var stepping = Task.Run(() =>
            {
                var (input, output) = (new float[64 * 3], new float[64 * 2]);
                while (true)
                    session.Step(input, output);
            }, TestContext.Current.CancellationToken);
            var running = Task.Run(() =>
            {
                var (input, output) = (new float[64 * 3 * 5], new float[64 * 2 * 5]);
                while (true)
                    model.Run(input, output, 5, 64);
            }, TestContext.Current.CancellationToken);
            await Task.Delay(round % 5, TestContext.Current.CancellationToken);
            model.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => running);
            session.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => stepping);
        }
    }

    [Fact]
    public void A_session_keeps_the_weights_of_a_disposed_model()
    {
        var inputs = _case.Inputs(3, 4, Batch);
        using var kept = _case.Model.NewSession(Batch);
        var expected = InferenceCase.Stepwise(kept, inputs, 4);
        kept.Reset();
        _case.Model.Dispose();
        _case.Model.Dispose();
        // Models of the same size with other weights: they would take the place of weights that were freed.
        using var machine = Machines.Create(seed: 9, dtype: ScalarType.Float32);
        var others = Enumerable.Range(0, 20).Select(_ => NtmModel.Load(ModelFiles.Of(machine), "another model")).ToList();
        Assert.Equal(expected, InferenceCase.Stepwise(kept, inputs, 4));
        Assert.Throws<ObjectDisposedException>(() => _case.Model.NewSession());
        Assert.Throws<ObjectDisposedException>(() => _case.Model.Run(inputs, new float[24], 4, Batch));
        Assert.Throws<ObjectDisposedException>(() => _case.Model.Trace(inputs, 4, Batch));
        kept.Dispose();
        kept.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept.Step(inputs.AsSpan(0, 9), _output));
        Assert.Throws<ObjectDisposedException>(kept.Reset);
        Assert.Throws<ObjectDisposedException>(() => kept.Save(new MemoryStream()));
        Assert.Throws<ObjectDisposedException>(() => kept.CopyReads(new float[12]));
        others.ForEach(other => other.Dispose());
    }

    /// <summary>Nobody has to dispose anything: what was forgotten is collected.</summary>
    [Fact]
    public void A_forgotten_session_is_collected_while_its_model_works()
    {
        var inputs = _case.Inputs(3, 4, Batch);
        for (var i = 0; i < 200; i++)
        {
            var session = _case.Model.NewSession(Batch);
            InferenceCase.Stepwise(session, inputs, 4);
            if (i % 50 == 0)
                GC.Collect();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        _case.Model.Run(inputs, new float[24], 4, Batch);
    }

    [Fact]
    public void Weights_of_extreme_size_end_a_session_with_an_exception()
    {
        using var c = new InferenceCase(o => o.Clip = null);
        var file = ModelFiles.Of(c.Machine);
        foreach (var tensor in file.Tensors.Where(t => t.Name.Contains("weight", StringComparison.Ordinal) && !t.Name.Contains("initial", StringComparison.Ordinal)))
        {
            var values = new float[tensor.Data.Length / sizeof(float)];
            Array.Fill(values, 3e38f);
            file = file.With(new SafeTensor(tensor.Name, tensor.DType, tensor.Shape.AsSpan(), MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        }

        using var model = NtmModel.Load(file, "model");
        using var session = model.NewSession(Batch);
        var inputs = new float[Batch * 3];
        Array.Fill(inputs, 1);
        session.Step(inputs, _output);
        Assert.Contains("NaN or infinite", Assert.Throws<InvalidOperationException>(() => session.Step(inputs, _output)).Message, StringComparison.Ordinal);
        session.Reset();
        session.Step(inputs, _output);
    }

    public void Dispose() => _case.Dispose();

    private static long Allocated(SequenceSession session)
    {
        var (input, output) = (new float[session.Batch * 3], new float[session.Batch * 2]);
        for (var i = 0; i < 100; i++)
            session.Step(input, output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            session.Step(input, output);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
