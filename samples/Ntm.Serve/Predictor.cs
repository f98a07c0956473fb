using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Serve;

/// <summary>Computes sequences from clients: everything is checked before a tensor is created.</summary>
/// <param name="model">The model, which any number of requests may use at the same time.</param>
internal sealed class Predictor(NeuralTuringMachine model)
{
    private const int MaxSteps = 10_000;

    public ModelDescription Description => new(model.InputSize, model.OutputSize, MaxSteps);

    /// <param name="inputs">The input vectors, <c>[T][I]</c>.</param>
    /// <returns>The probabilities, <c>[T][O]</c>.</returns>
    /// <exception cref="BadInputException">The inputs are missing, too many, of the wrong width, or not finite.</exception>
    public float[][] Predict(float[]?[]? inputs)
    {
        if (inputs is not { Length: >= 1 and <= MaxSteps })
            throw new BadInputException($"'inputs' has {inputs?.Length.ToString() ?? "no"} vectors; expected 1 to {MaxSteps}.");
        for (var t = 0; t < inputs.Length; t++)
        {
            if (inputs[t]?.Length != model.InputSize)
                throw new BadInputException($"inputs[{t}] has {inputs[t]?.Length.ToString() ?? "no"} numbers; expected {model.InputSize}.");
            if (!inputs[t]!.All(float.IsFinite))
                throw new BadInputException($"inputs[{t}] has a number that is not finite as a float32.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        float[] flat = [.. inputs.SelectMany(vector => vector!)];
        var sequence = tensor(flat, [inputs.Length, 1, model.InputSize], dtype: model.parameters().First().dtype, device: CPU);
        var outputs = model.Logits(sequence).sigmoid().to(float32).contiguous().data<float>().ToArray();
        return [.. outputs.Chunk(model.OutputSize)];
    }
}
