using Ntm.Core.Serialization;
using Ntm.Core.Tests.Support;
using Ntm.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Inference;

/// <summary>LSTM networks without torch give the outputs of torch in float64.</summary>
public class LstmModelTests
{
    private const int Steps = 9;

    public static TheoryData<int, int, int, int, int> Grid()
    {
        var data = new TheoryData<int, int, int, int, int>();
        foreach (var (inputs, outputs, units, layers) in ((int, int, int, int)[])[(3, 2, 5, 3), (1, 1, 1, 1), (11, 9, 26, 2), (8, 8, 16, 1), (4, 17, 9, 4)])
            foreach (var batch in (int[])[1, 3, 8, 17])
                data.Add(inputs, outputs, units, layers, batch);
        return data;
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void Run_and_steps_give_the_outputs_of_torch(int inputSize, int outputSize, int units, int layers, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new LstmNetwork(new LstmOptions { InputSize = inputSize, OutputSize = outputSize, HiddenSize = units, Layers = layers }, seed: 7);
        var seed = 50;
        foreach (var parameter in network.parameters())
            parameter.add_(Numbers.Uniform(seed++, parameter.shape, 0.2).to(ScalarType.Float32));
        using var model = LstmModel.Load(ModelFiles.Of(network), "the test's network");
        network.to(ScalarType.Float64);
        float[] inputs = [.. Numbers.Values(Numbers.Uniform(8, [Steps, batch, inputSize]).to(ScalarType.Float32)).Select(x => (float)x)];
        var expected = Numbers.Values(network.Logits(tensor(inputs, [Steps, batch, inputSize]).to(ScalarType.Float64)));
        var outputs = new float[expected.Length];
        model.Run(inputs, outputs, Steps, batch, threads: 2);
        InferenceCase.Close(expected, outputs, "outputs");
        using var session = model.NewSession(batch);
        Assert.Equal(outputs, InferenceCase.Stepwise(session, inputs, Steps));
        session.Reset();
        Assert.Equal(outputs, InferenceCase.Stepwise(session, inputs, Steps));

        int[] lengths = [.. Enumerable.Range(0, batch).Select(b => 1 + (b * 5 + 3) % Steps)];
        for (var row = 0; row < Steps * batch; row++)
        {
            if (row / batch < lengths[row % batch])
                continue;
            expected.AsSpan(row * outputSize, outputSize).Clear();
            inputs.AsSpan(row * inputSize, inputSize).Fill(float.NaN);
        }

        var padded = new float[expected.Length];
        Array.Fill(padded, 99);
        model.Run(inputs, padded, Steps, batch, lengths);
        InferenceCase.Close(expected, padded, "padded outputs");
        Assert.All(Enumerable.Range(0, padded.Length).Where(i => expected[i] == 0), i => Assert.Equal(0, padded[i]));
    }

    [Fact]
    public void A_state_is_that_of_torch_and_continues_after_loading()
    {
        const int Batch = 6;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 5, Layers = 2 }, seed: 7);
        using var model = LstmModel.Load(ModelFiles.Of(network), "the test's network");
        float[] inputs = [.. Numbers.Values(Numbers.Uniform(8, [Steps, Batch, 3]).to(ScalarType.Float32)).Select(x => (float)x)];
        using var session = model.NewSession(Batch);
        InferenceCase.Stepwise(session, inputs, Steps);
        using var stream = new MemoryStream();
        session.Save(stream);
        stream.Position = 0;
        using var loaded = model.LoadSession(stream, "the test's state");
        Assert.Equal(InferenceCase.Stepwise(session, inputs, 3), InferenceCase.Stepwise(loaded, inputs, 3));

        var file = SafeTensorsFile.Read(new MemoryStream(stream.ToArray()), stream.Length, "state");
        var (_, state) = network.forward(tensor(inputs, [Steps, Batch, 3]));
        Assert.Equal(["h", "c"], file.Tensors.Select(t => t.Name));
        AssertClose.Equal(state.H, file.Tensors[0].ToTensor(), InferenceCase.Tolerance, "h");
        AssertClose.Equal(state.C, file.Tensors[1].ToTensor(), InferenceCase.Tolerance, "c");
    }
}
