namespace Ntm.Serve;

/// <summary>What is asked for.</summary>
/// <param name="Inputs">The input vectors of a sequence, <c>[T][I]</c>.</param>
internal sealed record PredictRequest(float[]?[]? Inputs);

/// <summary>The answer.</summary>
/// <param name="Outputs">The probabilities after each step, <c>[T][O]</c>.</param>
internal sealed record PredictResponse(float[][] Outputs);

/// <summary>What can be asked.</summary>
/// <param name="InputSize">Numbers of an input vector.</param>
/// <param name="OutputSize">Numbers of an output vector.</param>
/// <param name="MaxSteps">The longest sequence.</param>
internal sealed record ModelDescription(int InputSize, int OutputSize, int MaxSteps);

/// <summary>The client's mistake; the message is for the client.</summary>
internal sealed class BadInputException(string message) : Exception(message);
