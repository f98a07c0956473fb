namespace Ntm.Paper.Settings;

/// <summary>The user asked for something that cannot be: the message names the option, the value and what was expected.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
