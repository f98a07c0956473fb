namespace Ntm.Native;

/// <summary>The exception for a line of the input that is not a vector of the model. The message names the line, what was found and what was
/// expected.</summary>
internal sealed class BadLineException(string message) : Exception(message);
