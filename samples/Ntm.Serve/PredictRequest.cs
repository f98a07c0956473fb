namespace Ntm.Serve;

/// <summary>The request.</summary>
/// <param name="Inputs">The input vectors of a sequence, <c>[T][I]</c>.</param>
internal sealed record PredictRequest(float[]?[]? Inputs);

/// <summary>The response.</summary>
/// <param name="Outputs">The probabilities after each step, <c>[T][O]</c>.</param>
internal sealed record PredictResponse(float[][] Outputs);

/// <summary>The sizes that the service supports.</summary>
/// <param name="InputSize">The number of elements of an input vector.</param>
/// <param name="OutputSize">The number of elements of an output vector.</param>
/// <param name="MaxSteps">The length of the longest sequence.</param>
internal sealed record ModelDescription(int InputSize, int OutputSize, int MaxSteps);

/// <summary>The exception for a client's mistake; the message is for the client.</summary>
internal sealed class BadInputException(string message) : Exception(message);
