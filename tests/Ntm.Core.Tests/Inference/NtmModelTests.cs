using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

/// <summary>Machines without torch give the outputs of the reference engine in float64.</summary>
public class NtmModelTests
{
    private const int Steps = 7;

    public static TheoryData<string, int> Grid()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in InferenceCase.Names)
            foreach (var batch in (int[])[1, 3, 8, 17])
                data.Add(name, batch);
        return data;
    }

    public static TheoryData<string> Names() => [.. InferenceCase.Names];

    [Theory]
    [MemberData(nameof(Grid))]
    public void Run_and_steps_give_the_outputs_of_the_reference(string name, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var c = new InferenceCase(name);
        var inputs = c.Inputs(3, Steps, batch);
        var outputs = new float[Steps * batch * c.Model.OutputSize];
        c.Model.Run(inputs, outputs, Steps, batch);
        InferenceCase.Close(c.Exact.Logits(c.ExactInputs(inputs, Steps, batch)), outputs, "outputs");
        using var session = c.Model.NewSession(batch);
        Assert.Equal(outputs, InferenceCase.Stepwise(session, inputs, Steps));
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void Padding_has_no_influence_and_its_outputs_are_zero(string name, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var c = new InferenceCase(name);
        var inputs = c.Inputs(4, Steps, batch);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(b => 1 + (b * 5 + 3) % Steps)];
        var expected = c.Exact.forward(c.ExactInputs(inputs, Steps, batch), null, lengths).Logits;
        for (var t = 0; t < Steps; t++)
            for (var b = 0; b < batch; b++)
                if (t >= lengths[b])
                    inputs.AsSpan((t * batch + b) * c.Model.InputSize, c.Model.InputSize).Fill(float.NaN);
        var outputs = new float[Steps * batch * c.Model.OutputSize];
        Array.Fill(outputs, 99);
        c.Model.Run(inputs, outputs, Steps, batch, lengths);
        InferenceCase.Close(expected, outputs, "outputs");
        Assert.All(Enumerable.Range(0, Steps * batch).Where(row => row / batch >= lengths[row % batch]), row => Assert.All(outputs[(row * c.Model.OutputSize)..((row + 1) * c.Model.OutputSize)], x => Assert.Equal(0, x)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_are_bit_identical_for_any_number_of_threads(string name)
    {
        const int Batch = 37;
        using var c = new InferenceCase(name);
        var inputs = c.Inputs(5, Steps, Batch);
        int[] lengths = [.. Enumerable.Range(0, Batch).Select(b => 1 + b % Steps)];
        var results = ((int[])[1, 2, 3, 16, 0]).Select(threads =>
        {
            var outputs = new float[Steps * Batch * c.Model.OutputSize];
            c.Model.Run(inputs, outputs, Steps, Batch, lengths, threads);
            return outputs;
        }).ToList();
        Assert.Contains(results[0], x => x != 0);
        Assert.All(results, outputs => Assert.Equal(results[0], outputs));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trace_is_that_of_the_reference(string name)
    {
        const int Batch = 5;
        using var scope = NewDisposeScope();
        using var c = new InferenceCase(name);
        var inputs = c.Inputs(6, Steps, Batch);
        var expected = c.Exact.Trace(c.ExactInputs(inputs, Steps, Batch));
        var trace = c.Model.Trace(inputs, Steps, Batch);
        InferenceCase.Close(expected.Logits, trace.Logits, "logits");
        InferenceCase.Close(expected.Reads, trace.Reads, "reads");
        InferenceCase.Close(expected.Erases, trace.Erases, "erases");
        InferenceCase.Close(expected.Adds, trace.Adds, "adds");
        InferenceCase.Close(expected.ReadWeightings, trace.ReadWeightings, "read weightings");
        InferenceCase.Close(expected.WriteWeightings, trace.WriteWeightings, "write weightings");
        var (t, b, head) = (Steps - 2, Batch - 1, trace.ReadHeads - 1);
        InferenceCase.Close(expected.ReadWeightings[t, b, head], trace.ReadWeighting(t, b, head), "a read weighting");
        InferenceCase.Close(expected.WriteWeightings[t, b, trace.WriteHeads - 1], trace.WriteWeighting(t, b, trace.WriteHeads - 1), "a write weighting");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_session_shows_what_the_heads_do(string name)
    {
        const int Batch = 5;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var c = new InferenceCase(name);
        var o = c.Model.Options;
        var inputs = c.Inputs(7, Steps, Batch);
        using var session = c.Model.NewSession(Batch);
        var state = c.Exact.InitialState(Batch);
        for (var t = 0; t <= Steps; t++)
        {
            Compare(state.Memory, o.MemoryLocations * o.MemoryWidth, session.CopyMemory, $"memory before step {t}");
            Compare(state.Reads, o.ReadHeads * o.MemoryWidth, session.CopyReads, $"reads before step {t}");
            Compare(state.ReadWeightings, o.ReadHeads * o.MemoryLocations, session.CopyReadWeightings, $"read weightings before step {t}");
            Compare(state.WriteWeightings, o.WriteHeads * o.MemoryLocations, session.CopyWriteWeightings, $"write weightings before step {t}");
            if (t == Steps)
                break;
            InferenceCase.StepAt(session, inputs, new float[Steps * Batch * o.OutputSize], t);
            state = c.Exact.forward(c.ExactInputs(inputs, Steps, Batch).narrow(0, t, 1), state).State;
        }

        void Compare(Tensor expected, int size, CopyTo copy, string what)
        {
            var actual = new float[Batch * size];
            copy(actual);
            InferenceCase.Close(expected, actual, what);
        }
    }

    [Fact]
    public void A_padded_trace_is_zero_after_the_end()
    {
        using var c = new InferenceCase();
        var inputs = c.Inputs(8, 3, 2);
        var trace = c.Model.Trace(inputs, 3, 2, [3, 1]);
        var whole = c.Model.Trace(inputs, 3, 2);
        Assert.All(trace.ReadWeighting(1, 1).ToArray(), x => Assert.Equal(0, x));
        Assert.All(trace.WriteWeighting(2, 1).ToArray(), x => Assert.Equal(0, x));
        Assert.Equal(whole.ReadWeighting(2, 0), trace.ReadWeighting(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>("step", () => trace.ReadWeighting(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>("sequence", () => trace.ReadWeighting(0, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>("head", () => trace.WriteWeighting(0, 0, -1).Length);
    }

    /// <summary>Each stream gets what it would get alone, within rounding: the products of one row and of several add in different orders.</summary>
    [Fact]
    public void Streams_do_not_influence_each_other()
    {
        const int Batch = 6;
        using var c = new InferenceCase("sizes beyond a vector and a block");
        var inputs = c.Inputs(9, Steps, Batch);
        using var together = c.Model.NewSession(Batch);
        var outputs = InferenceCase.Stepwise(together, inputs, Steps);
        for (var b = 0; b < Batch; b++)
        {
            using var alone = c.Model.NewSession();
            InferenceCase.Close(
                [.. InferenceCase.Stepwise(alone, Stream(inputs, c.Model.InputSize), Steps).Select(x => (double)x)], Stream(outputs, c.Model.OutputSize), $"stream {b}");

            float[] Stream(float[] values, int width) => [.. Enumerable.Range(0, Steps).SelectMany(t => values[((t * Batch + b) * width)..((t * Batch + b + 1) * width)])];
        }
    }

    [Fact]
    public async Task Threads_share_a_model()
    {
        const int Batch = 5;
        using var c = new InferenceCase("sizes beyond a vector and a block");
        var inputs = c.Inputs(10, Steps, Batch);
        var expected = new float[Steps * Batch * c.Model.OutputSize];
        c.Model.Run(inputs, expected, Steps, Batch);
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
        {
            for (var round = 0; round < 20; round++)
            {
                using var session = c.Model.NewSession(Batch);
                if (!InferenceCase.Stepwise(session, inputs, Steps).SequenceEqual(expected))
                    return $"steps of task {i}";
                var outputs = new float[expected.Length];
                c.Model.Run(inputs, outputs, Steps, Batch, threads: 1 + i % 3);
                if (!outputs.SequenceEqual(expected))
                    return $"run of task {i}";
            }

            return "";
        }, TestContext.Current.CancellationToken)));
        Assert.All(results, Assert.Empty);
    }

    private delegate void CopyTo(Span<float> target);
}
