using Ntm.Core;
using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Serve;

/// <summary>Computes sequences from clients: everything is checked before a tensor is created.</summary>
internal sealed class Predictor : IDisposable
{
    private const int MaxSteps = 10_000;

    private readonly NeuralTuringMachine _model;

    // Requests run in parallel, so more threads within each request would only compete.
    private Predictor(NeuralTuringMachine model) => (_model, model.Threads) = (model, 1);

    public ModelDescription Description => new(_model.InputSize, _model.OutputSize, MaxSteps);

    /// <exception cref="SafeTensorsFormatException">The file is not a model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Predictor Load(string path) => new(NtmModelFile.Load(path));

    /// <param name="inputs">The input vectors, <c>[T][I]</c>.</param>
    /// <returns>The probabilities, <c>[T][O]</c>.</returns>
    /// <exception cref="BadInputException">The inputs are missing, too many, of the wrong width, or not finite.</exception>
    public float[][] Predict(float[]?[]? inputs)
    {
        if (inputs is not { Length: >= 1 and <= MaxSteps })
            throw new BadInputException($"'inputs' has {inputs?.Length.ToString() ?? "no"} vectors; expected 1 to {MaxSteps}.");
        for (var t = 0; t < inputs.Length; t++)
        {
            if (inputs[t]?.Length != _model.InputSize)
                throw new BadInputException($"inputs[{t}] has {inputs[t]?.Length.ToString() ?? "no"} numbers; expected {_model.InputSize}.");
            if (!inputs[t]!.All(float.IsFinite))
                throw new BadInputException($"inputs[{t}] has a number that is not finite as a float32.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        float[] flat = [.. inputs.SelectMany(vector => vector!)];
        var sequence = tensor(flat, [inputs.Length, 1, _model.InputSize], dtype: _model.parameters().First().dtype, device: CPU);
        var outputs = _model.Logits(sequence).sigmoid().to(float32).contiguous().data<float>().ToArray();
        return [.. outputs.Chunk(_model.OutputSize)];
    }

    public void Dispose() => _model.Dispose();
}
