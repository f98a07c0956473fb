using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Ntm.Tests.Shared;

/// <summary>An ONNX file in ONNX Runtime, on one thread.</summary>
internal sealed class OnnxRun(string path) : IDisposable
{
    private readonly InferenceSession _session = Open(path);

    public InferenceSession Session => _session;

    /// <summary>Computes all outputs.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, float32</param>
    public Dictionary<string, Tensor> Run(Tensor inputs)
    {
        using var given = OrtValue.CreateTensorValueFromMemory(inputs.data<float>().ToArray(), inputs.shape);
        using var options = new RunOptions();
        using var results = _session.Run(options, ["inputs"], [given], _session.OutputNames);
        return _session.OutputNames.Zip(results).ToDictionary(
            pair => pair.First, pair => tensor(pair.Second.GetTensorDataAsSpan<float>().ToArray(), pair.Second.GetTensorTypeAndShape().Shape));
    }

    public void Dispose() => _session.Dispose();

    private static InferenceSession Open(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        return new InferenceSession(path, options);
    }
}
